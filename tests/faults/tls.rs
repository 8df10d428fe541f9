//! TLS before the front, with the certificate that a test puts there: one that is
//! valid, or one whose time is over or has not come.

use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, PublicKeyData,
    date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};

use crate::front;

/// When a certificate holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dates {
    /// Now.
    Valid,
    /// Until some years ago: what every certificate looks like to a clock that is
    /// ahead.
    Over,
    /// From some years on: what it looks like to a clock that is behind.
    ToCome,
}

/// An authority of one test, and what it has signed.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate, in DER.
    pub root: CertificateDer<'static>,
    /// The key of the one certificate that is valid.
    key: KeyPair,
    /// That certificate. Signed again it would be another one of the same number, and
    /// Firefox takes neither then.
    valid: OnceLock<Arc<ServerConfig>>,
}

impl Authority {
    /// A new one.
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let name = &mut params.distinguished_name;
        name.push(DnType::CommonName, "Manyi fault lab");
        let key = KeyPair::generate().expect("a key");
        let root = params.self_signed(&key).expect("a root").der().clone();
        Self {
            issuer: Issuer::new(params, key),
            root,
            key: KeyPair::generate().expect("a key"),
            valid: OnceLock::new(),
        }
    }

    /// The valid certificate's public key, as Chromium's command line names it, for a
    /// browser that cannot be told of an authority.
    pub fn public_key(&self) -> Vec<u8> {
        self.key.subject_public_key_info()
    }

    /// What a server for `localhost` shows.
    fn identity(&self, dates: Dates) -> Arc<ServerConfig> {
        match dates {
            Dates::Valid => self.valid.get_or_init(|| self.signed(dates)).clone(),
            _ => self.signed(dates),
        }
    }

    fn signed(&self, dates: Dates) -> Arc<ServerConfig> {
        let names = vec!["localhost".to_owned()];
        let mut params = CertificateParams::new(names).expect("a name");
        params.use_authority_key_identifier_extension = true;
        let years = match dates {
            Dates::Valid => None,
            Dates::Over => Some((2014, 2015)),
            Dates::ToCome => Some((2090, 2091)),
        };
        let other = KeyPair::generate().expect("a key");
        let mut key = &other;
        if let Some((from, to)) = years {
            params.not_before = date_time_ymd(from, 1, 1);
            params.not_after = date_time_ymd(to, 1, 1);
        } else {
            key = &self.key;
        }
        let certificate = params.signed_by(key, &self.issuer).expect("signed");
        let secret = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let chain = vec![certificate.der().clone(), self.root.clone()];
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(chain, secret);
        Arc::new(config.expect("key and certificate belong together"))
    }
}

/// The end of TLS; it stops taking connections when dropped.
pub struct Tls {
    /// Where it listens, as an origin.
    pub origin: String,
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

struct State {
    identity: Arc<ServerConfig>,
    /// Handshakes that the other side broke off.
    refused: u32,
    is_over: bool,
}

impl Tls {
    /// Listens, and hands what it hears to the front at `front`.
    pub fn start(front: SocketAddr, authority: &Authority) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port on the loopback");
        let address = listener.local_addr().expect("its address");
        let state = Arc::new(Mutex::new(State {
            identity: authority.identity(Dates::Valid),
            refused: 0,
            is_over: false,
        }));
        let shared = state.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let now = shared.lock().unwrap_or_else(PoisonError::into_inner);
                if now.is_over {
                    return;
                }
                let (identity, shared) = (now.identity.clone(), shared.clone());
                drop(now);
                thread::spawn(move || {
                    if let Err(error) = serve(stream, identity, front)
                        && let Some(rustls::Error::AlertReceived(_)) =
                            error.get_ref().and_then(|inner| inner.downcast_ref())
                    {
                        let mut now = shared.lock().unwrap_or_else(PoisonError::into_inner);
                        now.refused += 1;
                    }
                });
            }
        });
        Self {
            origin: format!("https://localhost:{}", address.port()),
            address,
            state,
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on it shows this certificate.
    pub fn show(&self, authority: &Authority, dates: Dates) {
        let identity = authority.identity(dates);
        self.state().identity = identity;
    }

    /// How often the certificate was refused, so far.
    pub fn refused(&self) -> u32 {
        self.state().refused
    }
}

impl Drop for Tls {
    fn drop(&mut self) {
        self.state().is_over = true;
        // One more connection wakes the accepting thread.
        drop(TcpStream::connect(self.address));
    }
}

/// One request and its answer.
fn serve(
    mut stream: TcpStream,
    identity: Arc<ServerConfig>,
    front: SocketAddr,
) -> std::io::Result<()> {
    let mut connection = ServerConnection::new(identity).map_err(std::io::Error::other)?;
    let mut plain = Stream::new(&mut connection, &mut stream);
    let Some(request) = front::read(&mut plain)? else {
        return Ok(());
    };
    let answer = front::forward(&request, &front.to_string())?;
    plain.write_all(&answer)?;
    connection.send_close_notify();
    connection.complete_io(&mut stream).map(drop)
}
