//! The place that a mapping has reached, kept over a restart.

use std::io;
use std::path::{Path, PathBuf};

use crate::StartError;
use crate::whole_file::write_whole;

/// A file with two lines: the stream's ARN and the sequence number of the last record that is dealt with.
pub(super) struct Checkpoint {
    file: Option<PathBuf>,
    arn: String,
}

impl Checkpoint {
    /// The checkpoint of the mapping `name` of a stream. Without a folder, nothing is kept.
    pub(super) fn new(folder: Option<&Path>, name: &str, arn: &str) -> Self {
        Self { file: folder.map(|folder| folder.join(name)), arn: arn.to_owned() }
    }

    /// The sequence number last kept; nothing for another stream's: its table was made anew.
    ///
    /// Fails when the file exists and cannot be read.
    pub(super) fn last(&self) -> Result<Option<String>, StartError> {
        let Some(file) = &self.file else { return Ok(None) };
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let place = text.trim_end().split_once('\n').filter(|(arn, _)| *arn == self.arn);
        Ok(place.map(|(_, sequence)| sequence.to_owned()))
    }

    /// Keeps a place. Fails as the system does.
    pub(super) fn keep(&self, sequence: &str) -> io::Result<()> {
        match &self.file {
            Some(file) => write_whole(file, &format!("{}\n{sequence}\n", self.arn)),
            None => Ok(()),
        }
    }
}
