//! Listening until the process is asked to end.

use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use axum::Router;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

/// What is under way when the process is asked to end may take so long.
const END: Duration = Duration::from_secs(10);

/// A socket that listens; nobody is answered before [`Bound::serve`].
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
}

/// Why nobody can be answered.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The system refused a thread, a socket or a signal.
    #[error("cannot serve")]
    Io(#[from] io::Error),
}

/// Returns a socket that listens on an address; port 0 means any that is free.
pub fn bind(address: SocketAddr) -> Result<Bound, ServeError> {
    let listener = TcpListener::bind(address).and_then(|listener| {
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok(Bound { listener, address })
    });
    listener.map_err(|source| ServeError::Bind { address, source })
}

impl Bound {
    /// Returns the address with its port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until SIGTERM or SIGINT; what is under way then is finished.
    pub fn serve(self, router: Router) -> Result<(), ServeError> {
        let runtime = Runtime::new()?;
        // Caught before the first answer: until then the signal would end the process at once.
        let signals = {
            let _context = runtime.enter();
            [SignalKind::terminate(), SignalKind::interrupt()].map(signal)
        };
        let [terminate, interrupt] = signals;
        let (mut terminate, mut interrupt) = (terminate?, interrupt?);
        let asked = async move {
            tokio::select! {
                _ = terminate.recv() => (),
                _ = interrupt.recv() => (),
            }
        };
        self.serve_on(&runtime, router, asked)
    }

    /// Answers until `end` is there.
    pub fn serve_until(
        self,
        router: Router,
        end: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        self.serve_on(&Runtime::new()?, router, end)
    }

    fn serve_on(
        self,
        runtime: &Runtime,
        router: Router,
        end: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let (asked, was_asked) = tokio::sync::oneshot::channel();
        let end = async move {
            end.await;
            let _ = asked.send(());
        };
        let too_long = async move {
            let _ = was_asked.await;
            tokio::time::sleep(END).await;
        };
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(self.listener)?;
            let served = axum::serve(listener, router).with_graceful_shutdown(end);
            tokio::select! {
                served = served => Ok(served?),
                () = too_long => Ok(()),
            }
        })
    }
}
