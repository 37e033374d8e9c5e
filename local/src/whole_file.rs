//! Files that are never seen half-written.

use std::path::Path;

/// Writes a file, and its folder, in one step: who reads it sees the old text or the new. Fails as the system does.
pub(crate) fn write_whole(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let draft = path.with_extension("new");
    std::fs::write(&draft, text)?;
    std::fs::rename(draft, path)
}
