//! Every key and alias of the account, and the file that keeps them.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::error::KmsError;
use super::key::{Key, KeySpec, Material};
use super::wire::Blob;
use crate::StartError;

/// Where a key is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) enum KeyState {
    Enabled,
    Disabled,
    /// Until this time, in seconds since the epoch.
    PendingDeletion(f64),
}

/// A key with what may change about it.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) key: Arc<Key>,
    pub(super) state: KeyState,
    pub(super) tags: BTreeMap<String, String>,
}

/// All keys by id, all aliases by name (`alias/...`) with the id they point at.
#[derive(Default)]
pub(super) struct Keyring {
    pub(super) keys: BTreeMap<String, Entry>,
    pub(super) aliases: BTreeMap<String, String>,
    file: Option<PathBuf>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    keys: Vec<StoredKey>,
    aliases: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
struct StoredKey {
    id: String,
    spec: KeySpec,
    description: String,
    created: f64,
    state: KeyState,
    tags: BTreeMap<String, String>,
    material: Blob,
}

impl Keyring {
    /// Reads the file, if there is one. Fails when it cannot be understood: losing keys silently would be worse.
    pub(super) fn open(file: Option<PathBuf>) -> Result<Self, StartError> {
        let Some(path) = &file else { return Ok(Self::default()) };
        if !path.exists() {
            return Ok(Self { file, ..Self::default() });
        }
        let broken = || StartError::Endpoint(format!("{} is not a key file of this program", path.display()));
        let stored: Stored = serde_json::from_slice(&fs::read(path)?).map_err(|_| broken())?;
        let keys: Option<BTreeMap<_, _>> = stored
            .keys
            .into_iter()
            .map(|key| key.restore().map(|entry| (entry.key.id.clone(), entry)))
            .collect();
        Ok(Self { keys: keys.ok_or_else(broken)?, aliases: stored.aliases, file })
    }

    /// Finds a key by id, ARN, alias or alias ARN. Fails with `NotFoundException`.
    pub(super) fn find(&self, name: &str) -> Result<&Entry, KmsError> {
        let id = self.resolve(name)?;
        self.keys.get(&id).ok_or_else(|| KmsError::not_found(name))
    }

    /// As [`Keyring::find`], to change it; call [`Keyring::save`] afterwards.
    pub(super) fn find_mut(&mut self, name: &str) -> Result<&mut Entry, KmsError> {
        let id = self.resolve(name)?;
        self.keys.get_mut(&id).ok_or_else(|| KmsError::not_found(name))
    }

    fn resolve(&self, name: &str) -> Result<String, KmsError> {
        let resource =
            if name.starts_with("arn:") { name.rsplit(':').next().unwrap_or_default() } else { name };
        if resource.starts_with("alias/") {
            return self.aliases.get(resource).cloned().ok_or_else(|| KmsError::not_found(name));
        }
        Ok(resource.strip_prefix("key/").unwrap_or(resource).to_owned())
    }

    /// Writes the file, if there is one, in one step and for its owner alone.
    pub(super) fn save(&self) -> Result<(), KmsError> {
        let Some(path) = &self.file else { return Ok(()) };
        let keys = self.keys.values().map(StoredKey::of).collect::<Result<_, _>>()?;
        let stored = Stored { keys, aliases: self.aliases.clone() };
        write_private(path, &stored).map_err(|_| KmsError::internal("the key file could not be written"))
    }
}

fn write_private(path: &Path, stored: &Stored) -> std::io::Result<()> {
    let draft = path.with_extension("new");
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(&serde_json::to_vec(stored)?)?;
    file.sync_all()?;
    fs::rename(draft, path)
}

impl StoredKey {
    fn of(entry: &Entry) -> Result<Self, KmsError> {
        let key = &entry.key;
        Ok(Self {
            id: key.id.clone(),
            spec: key.spec,
            description: key.description.clone(),
            created: key.created,
            state: entry.state,
            tags: entry.tags.clone(),
            material: Blob(key.material.private_bytes()?),
        })
    }

    fn restore(self) -> Option<Entry> {
        let material = Material::parse(self.spec, &self.material.0)?;
        let (spec, created) = (self.spec, self.created);
        let key = Arc::new(Key { id: self.id, spec, description: self.description, created, material });
        Some(Entry { key, state: self.state, tags: self.tags })
    }
}
