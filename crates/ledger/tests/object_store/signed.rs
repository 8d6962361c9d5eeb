//! Requests of S3 that object_store has no word for, signed by its own hand and sent by its own client.

use object_store::aws::{AwsAuthorizer, AwsCredential};
use object_store::client::{
    HttpClient, HttpConnector, HttpRequest, HttpRequestBody, ReqwestConnector,
};
use object_store::{ClientOptions, HeaderMap};
use testkit::seaweed::Identity;

pub(crate) struct Signed {
    client: HttpClient,
    who: Identity,
    bucket: String,
}

/// What the store answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// Shown where a test fails.
    #[expect(dead_code, reason = "read by Debug alone")]
    pub(crate) body: String,
}

impl Signed {
    pub(crate) fn new(who: Identity, bucket: String) -> Signed {
        let options = ClientOptions::new().with_allow_http(true);
        Signed {
            client: ReqwestConnector::default().connect(&options).unwrap(),
            who,
            bucket,
        }
    }

    /// Sends a request about a key of the bucket, its query included; the empty key is the bucket itself.
    pub(crate) async fn send(
        &self,
        method: &str,
        key: &str,
        headers: &[(&'static str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = HttpRequest::new(HttpRequestBody::from(body.to_owned()));
        *request.method_mut() = method.parse().unwrap();
        *request.uri_mut() = format!("{}/{key}", self.bucket).parse().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        authorize(self.who, &mut request).unwrap();
        let response = self.client.execute(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.bytes().await.unwrap();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }
}

pub(crate) fn authorize(who: Identity, request: &mut HttpRequest) -> object_store::Result<()> {
    let credential = AwsCredential {
        key_id: who.access_key.to_owned(),
        secret_key: who.secret_key.to_owned(),
        token: None,
    };
    AwsAuthorizer::new(&credential, "s3", "us-east-1").try_authorize(request, None)
}
