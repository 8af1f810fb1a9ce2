//! `SELECT ... FROM 'file.csv'`: tables made on demand from file names in SQL text.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::{TableProvider, UrlTableFactory};
use datafusion::error::Result;
use datafusion::execution::SessionState;

use super::Source;
use super::discover::{is_pattern, scheme};
use super::format::Format;
use crate::session::Shared;

/// Makes tables from names that look like files.
pub(crate) struct FileTables {
    /// The state as it was before these tables were added to it: the later one would keep itself alive through them.
    state: SessionState,
    shared: Arc<Shared>,
}

impl fmt::Debug for FileTables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileTables").finish_non_exhaustive()
    }
}

impl FileTables {
    pub(crate) fn new(state: SessionState, shared: Arc<Shared>) -> Self {
        Self { state, shared }
    }
}

#[async_trait]
impl UrlTableFactory for FileTables {
    async fn try_new(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        // A plain word is the name of a table that does not exist; the engine says so, with the tables there are.
        let like_a_file = name == "-"
            || name.contains(['/', '\\'])
            || scheme(name).is_some()
            || is_pattern(name)
            || Format::from_name(name).is_some()
            || std::path::Path::new(name).exists();
        if !like_a_file {
            return Ok(None);
        }
        let source: Source =
            super::open(&self.state, &[name.to_owned()], &self.shared.files, self.shared.next_name()).await?;
        self.shared.remember(&source);
        Ok(Some(source.table()))
    }
}
