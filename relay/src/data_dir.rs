//! The relay's directory: mode 0700, used by one process at a time.
//!
//! It holds the static key, the database, the files of rooms, the address that links name, a lock, and while the relay
//! runs the socket for the host.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use wire::key::{KEY_BYTES, StaticKey};

use crate::blob::DiskBlobs;
use crate::server::rng::SystemRng;
use crate::store::SqliteStore;

/// The directory, locked.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    /// Holds the lock for as long as this lives.
    _lock: File,
    public: Option<String>,
}

impl DataDir {
    /// Takes the directory, and makes it if it is missing.
    ///
    /// # Errors
    /// It cannot be made or written, or another process has it.
    pub fn open(path: &Path) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        let lock = private().create(true).truncate(false).open(path.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.into(), _lock: lock, public: None }),
            Err(TryLockError::WouldBlock) => Err(io::Error::new(
                io::ErrorKind::ResourceBusy,
                "another sotto-relay uses this directory: stop it first",
            )),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Names the address that links shall have instead of the one listened on.
    pub fn set_public(&mut self, public: Option<String>) {
        self.public = public;
    }

    /// Opens the database, or makes it if the relay has never run.
    ///
    /// # Errors
    /// It is missing although there is a key, or damaged, or cannot be used.
    pub fn open_store(&self) -> io::Result<SqliteStore> {
        let path = self.path.join("relay.db");
        if key_path(&self.path).exists() && !path.exists() {
            let missing = "relay.db is missing: restore it from a backup, or remove relay.key too \
                           to begin anew";
            return Err(io::Error::other(missing));
        }
        SqliteStore::open(&path).map_err(io::Error::other)
    }

    /// Opens the directory of the files that rooms were sent, or makes it.
    ///
    /// # Errors
    /// It cannot be used.
    pub fn open_blobs(&self) -> io::Result<DiskBlobs> {
        DiskBlobs::open(&self.path.join("files"))
    }

    /// Makes the relay's static key, when the database has just been made.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn make_relay_key(&self) -> io::Result<()> {
        if key_path(&self.path).exists() {
            return Ok(());
        }
        let key = StaticKey::generate(&mut SystemRng::new()?);
        write_atomically(&self.path, "relay.key", key.as_bytes())
    }

    /// The relay's static key. A lost one is never replaced: no client would trust the relay again.
    ///
    /// # Errors
    /// It is missing, or cannot be read.
    pub fn relay_key(&self) -> io::Result<StaticKey> {
        if !key_path(&self.path).exists() {
            let missing = "relay.key is missing: restore it from a backup, or begin anew in an \
                           empty directory, which no present client will trust";
            return Err(io::Error::other(missing));
        }
        read_key(&self.path)
    }

    /// Keeps the address that links name.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn remember_address(&self, listening: SocketAddr) -> io::Result<()> {
        let address = self.public.clone().unwrap_or_else(|| listening.to_string());
        write_atomically(&self.path, "address", address.as_bytes())
    }

    /// Where the host's requests come in.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        socket_path(&self.path)
    }

    /// Takes the socket away, so that nobody waits at it.
    pub fn remove_socket(&self) {
        drop(fs::remove_file(self.socket()));
    }
}

/// Where the relay of this directory takes the host's requests, if it runs.
#[must_use]
pub fn socket_path(directory: &Path) -> PathBuf {
    directory.join("admin.sock")
}

/// The address that links name.
///
/// # Errors
/// The relay has never run here.
pub fn read_address(directory: &Path) -> io::Result<String> {
    fs::read_to_string(directory.join("address"))
}

/// The relay's static key.
///
/// # Errors
/// The relay has never run here, or the file is not a key.
pub fn read_key(directory: &Path) -> io::Result<StaticKey> {
    let bytes = fs::read(key_path(directory))?;
    let bytes: [u8; KEY_BYTES] = bytes
        .try_into()
        .map_err(|_| io::Error::other("relay.key is damaged: restore it from a backup"))?;
    Ok(StaticKey::from_bytes(bytes))
}

fn key_path(directory: &Path) -> PathBuf {
    directory.join("relay.key")
}

/// Options of a file that nobody else may read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).mode(0o600);
    options
}

/// Writes a whole file or none, durably.
fn write_atomically(directory: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let fresh = directory.join(format!("{name}.new"));
    let mut file = private().create(true).truncate(true).open(&fresh)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&fresh, directory.join(name))?;
    File::open(directory)?.sync_all()
}
