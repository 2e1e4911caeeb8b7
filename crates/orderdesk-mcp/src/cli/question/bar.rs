//! A bar that shows how many orders are read, on a terminal.

use std::convert::Infallible;

use indicatif::{ProgressBar, ProgressStyle};
use od_engine::Steps;

/// The bar; there from the first step on, and gone from the screen with its owner. Where standard error is no terminal it shows
/// nothing.
#[derive(Default)]
pub(super) struct Bar {
    shown: Option<ProgressBar>,
    done: u64,
    has_moved: bool,
}

impl Bar {
    /// Shows each step that comes.
    pub(super) async fn follow(&mut self, mut steps: Steps) -> Infallible {
        loop {
            let step = steps.next().await;
            self.has_moved |= step.done > self.done;
            self.done = step.done;
            let new = || ProgressBar::new(step.total).with_style(style());
            let bar = self.shown.get_or_insert_with(new);
            bar.set_length(step.total);
            bar.set_position(step.done);
        }
    }

    /// Whether more is read than when this was asked last.
    pub(super) fn has_moved(&mut self) -> bool {
        std::mem::take(&mut self.has_moved)
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = &self.shown {
            bar.finish_and_clear();
        }
    }
}

fn style() -> ProgressStyle {
    let style = ProgressStyle::with_template("Reading orders {bar:40} {pos} of {len}, {eta} left");
    style.unwrap_or_else(|_| ProgressStyle::default_bar())
}
