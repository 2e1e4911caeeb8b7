//! The shops as they are when the simulator starts, and again after a reset.

use crate::chaos::Chaos;
use crate::desk::Desk;
use crate::options::SimOptions;
use crate::record::Record;
use crate::seed;
use crate::state::{Shop, State};

pub(crate) fn state(options: &SimOptions) -> State {
    State {
        shops: shops(options),
        chaos: chaos(options),
        record: Record::default(),
        choices: options.choices,
        appointments: 0,
        watched: Vec::new(),
    }
}

/// Everything as at the start but for the choices, which stay as they were made meanwhile, and the clock, which goes on.
pub(crate) fn reset(desk: &Desk) {
    let mut state = desk.lock();
    let options = SimOptions {
        choices: state.choices,
        ..desk.options.clone()
    };
    state.shops = shops(&options);
    state.chaos = chaos(&options);
    state.record.clear();
}

fn shops(options: &SimOptions) -> Vec<Shop> {
    let shop = |store| {
        let mut shop = seed::shop(store, options);
        shop.nothing_changed();
        shop
    };
    options.stores.iter().map(shop).collect()
}

fn chaos(options: &SimOptions) -> Chaos {
    Chaos::new(options.seed, options.faults.clone())
}
