//! What a command is run for: a terminal, or another program that calls it.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use dartboard_tables::session::{Session, SessionOptions};
use dartboard_tables::source::Frame;

use crate::args::OnCluster;
use crate::failure::Failure;

/// Who is listened to for the wish to stop.
#[derive(Clone, Debug)]
pub(crate) enum Stop {
    /// The user at the terminal.
    CtrlC,
    /// The program that calls.
    Flag(Arc<AtomicBool>),
}

/// What a command is run for.
#[derive(Debug)]
pub(crate) struct Host {
    /// The command line.
    pub(crate) arguments: Vec<String>,
    /// Tables in memory, which options name as they name files.
    pub(crate) frames: Vec<Frame>,
    pub(crate) stop: Stop,
    /// Whether progress is shown.
    pub(crate) progress: bool,
}

impl Host {
    /// The terminal that the process was started from.
    pub(crate) fn terminal() -> Self {
        let arguments = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
        Self { arguments, frames: vec![], stop: Stop::CtrlC, progress: true }
    }

    /// A session that holds the tables in memory.
    pub(crate) fn session(&self, options: &SessionOptions) -> Result<Session, Failure> {
        let session = Session::new(options)?;
        self.frames.iter().for_each(|frame| session.hold(frame.clone()));
        Ok(session)
    }

    /// The same, with queries run where the options say.
    pub(crate) fn session_on(&self, options: &SessionOptions, on: &OnCluster) -> Result<Session, Failure> {
        #[cfg(feature = "cluster")]
        if let Some(address) = &on.cluster {
            let cluster = dartboard_cluster::Cluster::new(address, on.parts.into())?;
            return Ok(Session::with_remote(options, Arc::new(cluster))?);
        }
        let OnCluster { .. } = on;
        self.session(options)
    }
}
