//! Object Lock of a single put, which object_store 0.14 has no word for.
//!
//! `PutOptions::attributes` has no such attribute, default headers are the same for every request of a client, and a
//! header that is added behind the signature is refused. But the extensions of a put arrive at the connector, which
//! can add the headers and sign the request again.

use std::future::Future;
use std::pin::Pin;

use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
    ReqwestConnector,
};
use object_store::{Extensions, PutMode, PutOptions};
use testkit::seaweed::Identity;

use crate::signed::authorize;

type Called<'f> = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'f>>;

/// Until when a put is to be locked, in the mode that nobody can undo.
#[derive(Debug, Clone)]
pub(crate) struct RetainUntil(pub(crate) String);

impl RetainUntil {
    /// Returns the options of a put that creates a key and locks it.
    pub(crate) fn creating(&self) -> PutOptions {
        let mut extensions = Extensions::new();
        extensions.insert(self.clone());
        PutOptions {
            extensions,
            ..PutOptions::from(PutMode::Create)
        }
    }
}

#[derive(Debug)]
pub(crate) struct Retaining {
    who: Identity,
}

#[derive(Debug)]
struct Service {
    who: Identity,
    client: HttpClient,
}

impl Retaining {
    pub(crate) fn new(who: Identity) -> Retaining {
        Retaining { who }
    }
}

impl HttpConnector for Retaining {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let client = ReqwestConnector::default().connect(options)?;
        Ok(HttpClient::new(Service {
            who: self.who,
            client,
        }))
    }
}

impl Service {
    async fn send(&self, mut request: HttpRequest) -> Result<HttpResponse, HttpError> {
        if let Some(RetainUntil(until)) = request.extensions().get().cloned() {
            let headers = request.headers_mut();
            headers.remove("authorization");
            headers.insert("x-amz-object-lock-mode", "COMPLIANCE".parse().unwrap());
            let until = until.parse().unwrap();
            headers.insert("x-amz-object-lock-retain-until-date", until);
            authorize(self.who, &mut request)
                .map_err(|error| HttpError::new(HttpErrorKind::Request, error))?;
        }
        self.client.execute(request).await
    }
}

// As `async_trait` writes it out.
impl HttpService for Service {
    fn call<'s, 'f>(&'s self, request: HttpRequest) -> Called<'f>
    where
        's: 'f,
        Self: 'f,
    {
        Box::pin(self.send(request))
    }
}
