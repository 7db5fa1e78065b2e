// SPDX-License-Identifier: Apache-2.0
//! The process between the service and a command: it makes sure that nothing the command starts outlives the job.
//!
//! The service runs its own executable again as `proofyard-prover supervise … -- argv`, with one end of a socket pair
//! as standard input. The supervisor makes itself a *child subreaper*: whatever the command starts, however it forks,
//! changes its group or session, or clears its environment, stays in the supervisor's tree, because orphans come back
//! to it. To end a job it walks that tree in `/proc` until nothing is left.
//!
//! ```text
//! service ──socket──► supervisor (session leader, subreaper) ──► command ──► whatever it starts
//! ```
//!
//! | on the socket | from | means |
//! |---|---|---|
//! | the end of the stream | service | it died or dropped the job: kill everything now |
//! | any byte | service | stop: SIGTERM, a grace period, then SIGKILL |
//! | one line, a [`Report`] | supervisor | how the command ended; everything is gone |
//!
//! Single-threaded and synchronous: it sits between `fork` and `exec` of foreign code and must itself never fail.

use std::{
	collections::HashMap,
	ffi::OsString,
	io::{self, Read, Write},
	os::{
		fd::{AsRawFd, FromRawFd, OwnedFd},
		unix::{net::UnixStream, process::CommandExt},
	},
	process::{Child, Command, Stdio},
	time::{Duration, Instant},
};

use clap::Args;
use serde::{Deserialize, Serialize};

/// Time between two looks at its children.
const TICK: Duration = Duration::from_millis(20);
/// Time between two sums of the tree's memory, each of which means reading all of `/proc`.
const MEMORY_PERIOD: Duration = Duration::from_millis(100);
/// Time for which it goes on killing what doesn't die (a process in uninterruptible sleep).
const KILL_PATIENCE: Duration = Duration::from_secs(10);

/// Options of the hidden subcommand `supervise`.
#[derive(Args, Clone, Debug)]
pub struct SuperviseArgs {
	/// Milliseconds between SIGTERM and SIGKILL.
	#[arg(long, default_value_t = 2000)]
	pub grace_ms: u64,
	/// Resident memory of the whole tree, bytes.
	#[arg(long)]
	pub memory_limit: Option<u64>,
	/// Address space of each process, bytes.
	#[arg(long)]
	pub address_space_limit: Option<u64>,
	/// Command that is run.
	#[arg(last = true, required = true)]
	pub argv: Vec<OsString>,
}

/// End of a command.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
	/// Its exit status, if it exited.
	pub exit: Option<i32>,
	/// The signal that ended it, if one did.
	pub signal: Option<i32>,
	/// Whether the supervisor killed it for its memory.
	pub memory_exceeded: bool,
	/// Most resident memory that the tree was seen with, bytes; 0 without a limit.
	pub peak_memory: u64,
	/// Reason for which it could not be started, if it couldn't.
	pub not_started: Option<String>,
}

/// Runs a command to its end. Standard input must be the socket to the service.
pub fn run(args: &SuperviseArgs) -> io::Result<()> {
	// SAFETY: plain system calls without pointers; failing is answered below or harmless.
	unsafe {
		libc::setsid();
		if libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0 {
			return Err(io::Error::last_os_error());
		}
		// The service speaks through the socket alone.
		for signal in [libc::SIGINT, libc::SIGHUP, libc::SIGTERM] {
			libc::signal(signal, ignore_signal as *const () as libc::sighandler_t);
		}
	}
	let mut socket = take_socket()?;
	let report = match spawn(args) {
		Ok(child) => watch(child, args, &mut socket),
		Err(error) => Report { not_started: Some(error.to_string()), ..Report::default() },
	};
	let mut line = serde_json::to_vec(&report)?;
	line.push(b'\n');
	// A service that died doesn't listen; the work is done all the same.
	let _ = socket.write_all(&line);
	Ok(())
}

/// A handler, not SIG_IGN: the command would inherit the latter.
extern "C" fn ignore_signal(_signal: libc::c_int) {}

/// Moves the socket from standard input, which the command would inherit, to a descriptor that it doesn't.
fn take_socket() -> io::Result<UnixStream> {
	// SAFETY: duplicates an open descriptor; the result is owned by nobody else.
	let socket = unsafe {
		let fd = libc::fcntl(0, libc::F_DUPFD_CLOEXEC, 3);
		if fd < 0 {
			return Err(io::Error::last_os_error());
		}
		UnixStream::from(OwnedFd::from_raw_fd(fd))
	};
	socket.set_nonblocking(true)?;
	Ok(socket)
}

fn spawn(args: &SuperviseArgs) -> io::Result<Child> {
	let Some((program, rest)) = args.argv.split_first() else {
		return Err(io::Error::new(io::ErrorKind::InvalidInput, "nothing to run"));
	};
	let address_space = args.address_space_limit;
	let mut command = Command::new(program);
	command.args(rest).stdin(Stdio::null()).process_group(0);
	// SAFETY: between fork and exec only async-signal-safe calls are made.
	unsafe {
		command.pre_exec(move || {
			// Should the supervisor be killed, the command itself goes with it.
			libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL, 0, 0, 0);
			set_limit(libc::RLIMIT_CORE, 0)?;
			if let Some(limit) = address_space {
				set_limit(libc::RLIMIT_AS, limit)?;
			}
			Ok(())
		});
	}
	command.spawn()
}

fn set_limit(resource: libc::__rlimit_resource_t, value: u64) -> io::Result<()> {
	let limit = libc::rlimit { rlim_cur: value, rlim_max: value };
	// SAFETY: `limit` is a valid rlimit for the duration of the call.
	if unsafe { libc::setrlimit(resource, &limit) } != 0 {
		return Err(io::Error::last_os_error());
	}
	Ok(())
}

/// Wish of the service on the socket.
enum Asked {
	Nothing,
	Stop,
	Gone,
}

fn asked(socket: &mut UnixStream) -> Asked {
	let mut byte = [0];
	match socket.read(&mut byte) {
		Ok(0) => Asked::Gone,
		Ok(_) => Asked::Stop,
		Err(e) if matches!(e.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {
			Asked::Nothing
		}
		Err(_) => Asked::Gone,
	}
}

fn watch(child: Child, args: &SuperviseArgs, socket: &mut UnixStream) -> Report {
	let mut report = Report::default();
	let pid = child.id() as libc::pid_t;
	let mut kill_at: Option<Instant> = None;
	let mut memory_seen = Instant::now();
	loop {
		if let Some(status) = reap(pid).main {
			record(&mut report, status);
			break;
		}
		match asked(socket) {
			Asked::Nothing => {}
			Asked::Gone => break,
			Asked::Stop if kill_at.is_none() => {
				signal_tree(libc::SIGTERM);
				kill_at = Some(Instant::now() + Duration::from_millis(args.grace_ms));
			}
			Asked::Stop => {}
		}
		if kill_at.is_some_and(|at| Instant::now() >= at) {
			break;
		}
		let due = memory_seen.elapsed() >= MEMORY_PERIOD;
		if let Some(limit) = args.memory_limit.filter(|_| due) {
			memory_seen = Instant::now();
			let memory = tree_memory();
			report.peak_memory = report.peak_memory.max(memory);
			if memory > limit {
				report.memory_exceeded = true;
				break;
			}
		}
		wait_readable(socket, TICK);
	}
	kill_tree(pid, &mut report);
	report
}

/// Sleeps until the service says something or the tick is over.
fn wait_readable(socket: &UnixStream, timeout: Duration) {
	let mut poll = libc::pollfd { fd: socket.as_raw_fd(), events: libc::POLLIN, revents: 0 };
	// SAFETY: one valid pollfd.
	unsafe { libc::poll(&mut poll, 1, timeout.as_millis() as libc::c_int) };
}

/// Result of [`reap`].
struct Reaped {
	/// End of the main child, if it was among those that ended.
	main: Option<libc::c_int>,
	/// Whether no child is left, running or ended.
	none_left: bool,
}

/// Collects every child that has ended, orphans included.
fn reap(main: libc::pid_t) -> Reaped {
	let mut reaped = Reaped { main: None, none_left: false };
	loop {
		let mut status = 0;
		// SAFETY: `status` is valid for the duration of the call.
		let pid = unsafe { libc::waitpid(-1, &mut status, libc::WNOHANG) };
		if pid < 0 {
			reaped.none_left = io::Error::last_os_error().raw_os_error() == Some(libc::ECHILD);
		}
		if pid <= 0 {
			return reaped;
		}
		if pid == main {
			reaped.main = Some(status);
		}
	}
}

fn record(report: &mut Report, status: libc::c_int) {
	if libc::WIFEXITED(status) {
		report.exit = Some(libc::WEXITSTATUS(status));
	} else if libc::WIFSIGNALED(status) {
		report.signal = Some(libc::WTERMSIG(status));
	}
}

/// Kills until no child is left. New children of dying ones are met on the next round.
fn kill_tree(main: libc::pid_t, report: &mut Report) {
	let give_up = Instant::now() + KILL_PATIENCE;
	loop {
		signal_tree(libc::SIGKILL);
		let reaped = reap(main);
		if let Some(status) = reaped.main {
			record(report, status);
		}
		if reaped.none_left || Instant::now() >= give_up {
			return;
		}
		std::thread::sleep(Duration::from_millis(2));
	}
}

fn signal_tree(signal: libc::c_int) {
	for pid in descendants(std::process::id() as libc::pid_t) {
		// SAFETY: no pointers. The process is a descendant that this process has not collected (or a child of one),
		// so its number can't have gone to a stranger while its ancestors live.
		unsafe { libc::kill(pid, signal) };
	}
}

/// Every process below `root`, from one look at `/proc`.
pub fn descendants(root: libc::pid_t) -> Vec<libc::pid_t> {
	let mut children: HashMap<libc::pid_t, Vec<libc::pid_t>> = HashMap::new();
	let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
	for entry in entries.flatten() {
		let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
			continue;
		};
		if let Some(parent) = parent_of(pid) {
			children.entry(parent).or_default().push(pid);
		}
	}
	let (mut found, mut next) = (Vec::new(), vec![root]);
	while let Some(pid) = next.pop() {
		for child in children.remove(&pid).unwrap_or_default() {
			found.push(child);
			next.push(child);
		}
	}
	found
}

fn parent_of(pid: libc::pid_t) -> Option<libc::pid_t> {
	let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
	// The name in parentheses may hold anything, parentheses too: the fields begin after the last one.
	let (_, fields) = stat.rsplit_once(')')?;
	fields.split_whitespace().nth(1)?.parse().ok()
}

/// Resident memory of the tree below this process, without what is mapped from files, bytes.
fn tree_memory() -> u64 {
	// SAFETY: no pointers.
	let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) }.max(0) as u64;
	let pages: u64 = descendants(std::process::id() as libc::pid_t)
		.into_iter()
		.filter_map(private_pages)
		.fold(0, u64::saturating_add);
	pages.saturating_mul(page)
}

fn private_pages(pid: libc::pid_t) -> Option<u64> {
	let statm = std::fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
	let mut fields = statm.split_whitespace().skip(1);
	let resident: u64 = fields.next()?.parse().ok()?;
	let shared: u64 = fields.next()?.parse().ok()?;
	Some(resident.saturating_sub(shared))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn descendants_are_found_through_generations() {
		let mut child = Command::new("/bin/sh")
			.args(["-c", "sleep 30 & sleep 30 & wait"])
			.stdout(Stdio::null())
			.spawn()
			.unwrap();
		let root = child.id() as libc::pid_t;
		let started = Instant::now();
		let below = loop {
			let below = descendants(root);
			if below.len() == 2 || started.elapsed() > Duration::from_secs(5) {
				break below;
			}
			std::thread::sleep(Duration::from_millis(10));
		};
		assert_eq!(below.len(), 2);
		assert!(descendants(std::process::id() as libc::pid_t).contains(&below[0]));
		for pid in below {
			unsafe { libc::kill(pid, libc::SIGKILL) };
		}
		child.kill().unwrap();
		child.wait().unwrap();
	}
}
