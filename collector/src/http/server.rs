//! Connections: how many, how long, and how they end.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

use super::peer::Peer;
use super::stall::Stall;

/// The longest head of a request: what nginx takes, and room for any browser.
const HEAD_BYTES: usize = 32 * 1024;
/// How long connections may take to finish when the collector stops.
const FAREWELL: Duration = Duration::from_secs(30);

/// So many callers the system holds until they are taken: the 128 that are usual are
/// fewer than a hall may send at once, and whoever does not fit tries again a second
/// later.
const BACKLOG: u32 = 1024;

/// Takes connections at `address` from now on.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // Started again it does not wait for the connections of before. On Windows the
    // word means that others may have the same port.
    socket.set_reuseaddr(cfg!(unix))?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves `routes` until `stop` says so, then lets what is in flight finish.
pub async fn run(
    listener: TcpListener,
    routes: Router,
    most: usize,
    patience: Duration,
    mut stop: watch::Receiver<bool>,
) {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        // Counts from the first idle moment too, so it also ends unused connections.
        .header_read_timeout(patience)
        .max_buf_size(HEAD_BYTES);
    let places = Arc::new(Semaphore::new(most));
    let told = stop.clone();
    let stopped = async move {
        // The other side is gone only when the collector is, too.
        let _ = stop.wait_for(|stop| *stop).await;
    };
    tokio::pin!(stopped);
    loop {
        // Beyond the cap, callers wait in the system's own queue.
        let place = tokio::select! {
            place = Arc::clone(&places).acquire_owned() => place,
            () = &mut stopped => break,
        };
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    refused(&error).await;
                    continue;
                }
            },
            () = &mut stopped => break,
        };
        // Small answers go out at once.
        let _ = stream.set_nodelay(true);
        let service = Known {
            routes: TowerToHyperService::new(routes.clone()),
            peer: Peer(peer.ip()),
        };
        let stream = TokioIo::new(Stall::new(stream, patience));
        // Of a WebSocket this is the beginning; `socket` counts and ends the rest.
        let connection = builder.serve_connection(stream, service).with_upgrades();
        let mut told = told.clone();
        tokio::spawn(async move {
            tokio::pin!(connection);
            let stopped = async {
                let _ = told.wait_for(|stop| *stop).await;
            };
            let ended = tokio::select! {
                ended = connection.as_mut() => Some(ended),
                () = stopped => None,
            };
            let ended = match ended {
                Some(ended) => ended,
                None => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                tracing::debug!(%error, "connection");
            }
            drop(place);
        });
    }
    drop(listener);
    // Who is in flight holds a place.
    let all = u32::try_from(most).unwrap_or(u32::MAX);
    if timeout(FAREWELL, places.acquire_many(all)).await.is_err() {
        tracing::warn!("some connections did not finish in time");
    }
}

/// The routes, which learn from where each request comes.
struct Known {
    routes: TowerToHyperService<Router>,
    peer: Peer,
}

impl Service<Request<Incoming>> for Known {
    type Response = <TowerToHyperService<Router> as Service<Request<Incoming>>>::Response;
    type Error = <TowerToHyperService<Router> as Service<Request<Incoming>>>::Error;
    type Future = <TowerToHyperService<Router> as Service<Request<Incoming>>>::Future;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        request.extensions_mut().insert(self.peer);
        self.routes.call(request)
    }
}

/// A caller who hung up is nobody's fault. Anything else is most likely that
/// files have run out, and mends when a connection ends: asking again at once
/// would only keep the processor busy.
async fn refused(error: &io::Error) {
    let gone = [
        io::ErrorKind::ConnectionAborted,
        io::ErrorKind::ConnectionReset,
        io::ErrorKind::ConnectionRefused,
    ];
    if !gone.contains(&error.kind()) {
        tracing::warn!(%error, "a connection could not be taken");
        sleep(Duration::from_millis(100)).await;
    }
}
