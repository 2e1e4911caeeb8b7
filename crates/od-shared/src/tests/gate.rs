//! A way to Redis that can go deaf: connections stay, and nothing comes through them any more.

use std::net::Ipv4Addr;

use secrecy::{ExposeSecret, SecretString};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::testing::RedisServer;

pub(super) struct Gate {
    port: u16,
    state: watch::Sender<State>,
    #[expect(dead_code, reason = "the gate stands as long as this is held")]
    keeper: JoinSet<()>,
}

#[derive(Clone, Copy, Default)]
struct State {
    /// Whether who comes now is heard by nobody.
    is_shut: bool,
    /// How often those who were through went deaf.
    deafened: u64,
}

impl Gate {
    pub(super) async fn before(server: &RedisServer) -> Self {
        let url = server.url();
        let address = url.expose_secret().trim_start_matches("redis://").replace("/0", "");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let state = watch::Sender::new(State::default());
        let states = state.subscribe();
        let mut keeper = JoinSet::new();
        keeper.spawn(async move {
            let mut guests = JoinSet::new();
            while let Ok((guest, _)) = listener.accept().await {
                guests.spawn(lead(guest, address.clone(), states.clone()));
            }
        });
        Self { port, state, keeper }
    }

    pub(super) fn url(&self) -> SecretString {
        format!("redis://127.0.0.1:{}/0", self.port).into()
    }

    /// All that are through go deaf, for ever.
    pub(super) fn deafen(&self) {
        self.state.send_modify(|state| state.deafened += 1);
    }

    /// Whether those who come are heard by nobody.
    pub(super) fn shut(&self, is_shut: bool) {
        self.state.send_modify(|state| state.is_shut = is_shut);
    }
}

async fn lead(mut guest: TcpStream, address: String, mut states: watch::Receiver<State>) {
    let State { is_shut, deafened } = *states.borrow_and_update();
    if !is_shut {
        let mut host = TcpStream::connect(address).await.expect("Redis is there");
        tokio::select! {
            _ = copy_bidirectional(&mut guest, &mut host) => return,
            _ = states.wait_for(|state| state.deafened > deafened) => {}
        }
    }
    std::future::pending::<()>().await;
}
