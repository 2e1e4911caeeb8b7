//! A way to Redis that can be cut: for one process, while the others still reach it.

use std::net::{Ipv4Addr, SocketAddr};

use secrecy::SecretString;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

pub struct Way {
    address: SocketAddr,
    is_open: watch::Sender<bool>,
    _guide: AbortOnDropHandle<()>,
}

impl Way {
    pub async fn to(redis: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (is_open, watched) = watch::channel(true);
        let guide = async move {
            loop {
                let (mut near, _) = listener.accept().await.unwrap();
                let mut watched = watched.clone();
                tokio::spawn(async move {
                    if !*watched.borrow() {
                        return;
                    }
                    let Ok(mut far) = TcpStream::connect(redis).await else {
                        return;
                    };
                    tokio::select! {
                        _ = copy_bidirectional(&mut near, &mut far) => {}
                        _ = watched.wait_for(|is_open| !is_open) => {}
                    }
                });
            }
        };
        Self {
            address,
            is_open,
            _guide: AbortOnDropHandle::new(tokio::spawn(guide)),
        }
    }

    pub fn url(&self) -> SecretString {
        format!("redis://{}/0", self.address).into()
    }

    pub fn cut(&self) {
        self.is_open.send_replace(false);
    }

    pub fn mend(&self) {
        self.is_open.send_replace(true);
    }
}
