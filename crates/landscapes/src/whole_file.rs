//! Files that appear under their names only when they are complete.

use std::path::Path;

use tempfile::NamedTempFile;

/// A file without a name in the folder of `path`, so that giving it that name is one step within a file system.
pub(crate) fn beside(path: &Path) -> std::io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    // A temporary file is for its owner alone; what becomes of it is an ordinary file, as the user's mask has it.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}
