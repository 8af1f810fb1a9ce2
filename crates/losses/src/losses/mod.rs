//! One file per loss.

mod bce;
mod bce_logits;
mod cce;
mod cce_logits;
mod huber;
mod mae;
mod mse;
mod quantile;

pub use bce::Bce;
pub use bce_logits::BceLogits;
pub use cce::Cce;
pub use cce_logits::CceLogits;
pub use huber::Huber;
pub use mae::Mae;
pub use mse::Mse;
pub use quantile::Quantile;
