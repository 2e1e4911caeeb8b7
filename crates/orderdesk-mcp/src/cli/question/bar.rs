//! A bar that shows how many orders are read, on a terminal.

use std::convert::Infallible;

use indicatif::{ProgressBar, ProgressStyle};
use od_engine::Steps;

/// The bar; there from the first step on, and gone from the screen with its owner. Where standard error is no terminal it shows
/// nothing.
#[derive(Default)]
pub(super) struct Bar(Option<ProgressBar>);

impl Bar {
    /// Shows each step that comes.
    pub(super) async fn follow(&mut self, mut steps: Steps) -> Infallible {
        loop {
            let step = steps.next().await;
            let bar = self
                .0
                .get_or_insert_with(|| ProgressBar::new(step.total).with_style(style()));
            bar.set_length(step.total);
            bar.set_position(step.done);
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

fn style() -> ProgressStyle {
    let style = ProgressStyle::with_template("Reading orders {bar:40} {pos} of {len}, {eta} left");
    style.unwrap_or_else(|_| ProgressStyle::default_bar())
}
