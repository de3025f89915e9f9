//! Other programs that bring a file from here to there.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::text;
use crate::{Result, fail};

/// How long a server may take to listen.
const PATIENCE: Duration = Duration::from_secs(20);

/// OpenSSH, with a server of this run's own.
pub(super) struct Scp {
    server: Child,
    dir: PathBuf,
    port: u16,
}

impl Scp {
    pub(super) fn start(dir: &Path) -> Result<Self> {
        let dir = dir.join("ssh");
        fs::create_dir(&dir)?;
        for key in ["host", "user"] {
            let file = dir.join(key);
            run(Command::new("ssh-keygen")
                .args(["-q", "-t", "ed25519", "-N", "", "-f"])
                .arg(file))?;
        }
        fs::copy(dir.join("user.pub"), dir.join("authorized"))?;
        let port = free_port()?;
        let place = text(&dir)?;
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {place}/host\nPidFile none\n\
             AuthorizedKeysFile {place}/authorized\nStrictModes no\nUsePAM no\n\
             PermitRootLogin yes\nSubsystem sftp internal-sftp\n"
        );
        fs::write(dir.join("config"), config)?;
        // Where it separates its privileges; made by the package's own service elsewhere.
        drop(fs::create_dir_all("/run/sshd"));
        let server = Command::new("/usr/sbin/sshd")
            .args(["-D", "-f"])
            .arg(dir.join("config"))
            .stderr(Stdio::null())
            .spawn()?;
        await_port(port)?;
        Ok(Self { server, dir, port })
    }

    /// Seconds for one copy.
    pub(super) fn copy(&self, file: &Path, cipher: Option<&str>) -> Result<f64> {
        let to = self.dir.join("copy.bin");
        let mut command = Command::new("scp");
        command.args(["-q", "-P", &self.port.to_string(), "-i"]).arg(self.dir.join("user")).args([
            "-o",
            "StrictHostKeyChecking=no",
            "-o",
            "UserKnownHostsFile=/dev/null",
            "-o",
            "LogLevel=ERROR",
        ]);
        if let Some(cipher) = cipher {
            command.args(["-c", cipher]);
        }
        let begin = Instant::now();
        run(command.arg(file).arg(format!("127.0.0.1:{}", text(&to)?)))?;
        let took = begin.elapsed().as_secs_f64();
        fs::remove_file(to)?;
        Ok(took)
    }
}

impl Drop for Scp {
    fn drop(&mut self) {
        end(&mut self.server);
    }
}

/// Magic Wormhole, with a mailbox of this run's own; its data goes straight.
pub(super) struct Wormhole {
    mailbox: Child,
    dir: PathBuf,
    url: String,
}

impl Wormhole {
    /// `None` where it is not installed.
    pub(super) fn start(dir: &Path) -> Option<Self> {
        let twist = std::env::var_os("SOTTO_BENCH_TWIST")?;
        let dir = dir.join("wormhole");
        fs::create_dir(&dir).ok()?;
        let port = free_port().ok()?;
        let mailbox = Command::new(twist)
            .args(["wormhole-mailbox", &format!("--port=tcp:{port}:interface=127.0.0.1")])
            .current_dir(&dir)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let wormhole = Self { mailbox, dir, url: format!("ws://127.0.0.1:{port}/v1") };
        await_port(port).ok()?;
        Some(wormhole)
    }

    /// Seconds for one copy.
    pub(super) fn copy(&self, file: &Path) -> Result<f64> {
        const CODE: &str = "7-crossover-clockwork";
        let command = || {
            let mut command = Command::new("wormhole");
            // Nobody listens there: what cannot go straight shall fail.
            command.args(["--relay-url", &self.url, "--transit-helper", "tcp:127.0.0.1:1"]);
            command.current_dir(&self.dir).stdout(Stdio::null()).stderr(Stdio::null());
            command
        };
        let begin = Instant::now();
        let mut sender =
            command().args(["send", "--code", CODE, "--hide-progress"]).arg(file).spawn()?;
        run(command().args(["receive", "--accept-file", "--hide-progress", CODE]))?;
        let took = begin.elapsed().as_secs_f64();
        if !sender.wait()?.success() {
            return fail("wormhole did not send");
        }
        let name = file.file_name().unwrap_or_default();
        fs::remove_file(self.dir.join(name))?;
        Ok(took)
    }
}

impl Drop for Wormhole {
    fn drop(&mut self) {
        end(&mut self.mailbox);
    }
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    fail(format!("{}: {said}", command.get_program().to_string_lossy()))
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn await_port(port: u16) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        if Instant::now() > deadline {
            return fail("a server does not listen");
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}
