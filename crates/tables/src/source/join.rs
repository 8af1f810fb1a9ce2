//! Truth in one file, predictions in another.
use crate::error::Result;
use crate::session::Session;
use crate::source::Source;

/// x
#[derive(Clone, Debug, Default)]
pub struct JoinOptions {}
/// x
#[derive(Clone, Debug, Default)]
pub struct JoinCounts {}
/// x
#[derive(Clone, Debug)]
pub struct Joined {}
impl Joined {
    pub(crate) async fn new(_: &Session, _: &Source, _: &Source, _: &[String], _: &JoinOptions) -> Result<Self> { Ok(Self {}) }
}
