//! How requests leave this machine: by which proxy, and which certificates are trusted. Every
//! call goes this way, the SDK's and those that gatewayq signs itself.

use super::proxy::Proxy;
use super::{certificates, profiles::Profiles};
use anyhow::Result;
use aws_sdk_sts::config::SharedAsyncSleep;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{self, TlsContext};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::{
    HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};

#[derive(Clone, Debug)]
pub(super) struct Transport {
    proxy: Option<Proxy>,
    tls: TlsContext,
    /// What answers instead of a network.
    #[cfg(test)]
    answers: Option<SharedHttpConnector>,
}

impl Transport {
    /// No proxy, whatever the environment says: the local AWS is on this machine.
    pub(crate) fn direct() -> Self {
        Self {
            proxy: None,
            tls: TlsContext::default(),
            #[cfg(test)]
            answers: None,
        }
    }

    /// No network at all.
    #[cfg(test)]
    pub(crate) fn answered_by(answers: SharedHttpConnector) -> Self {
        Self {
            answers: Some(answers),
            ..Self::direct()
        }
    }

    /// What the proxy variables and `AWS_CA_BUNDLE` say, as for the AWS CLI.
    ///
    /// # Errors
    /// A proxy that is no HTTP proxy, a bundle that cannot be read.
    pub(crate) fn from_environment(profiles: &Profiles) -> Result<Self> {
        Ok(Self {
            proxy: Proxy::from_environment()?,
            tls: certificates::trusted(profiles)?,
            #[cfg(test)]
            answers: None,
        })
    }

    pub(crate) fn client(&self) -> SharedHttpClient {
        let transport = self.clone();
        Builder::new().build_with_connector_fn(move |settings, components| {
            let sleep = components.and_then(|components| components.sleep_impl());
            transport.connector(settings.cloned().unwrap_or_default(), sleep)
        })
    }

    /// The way of requests that no client of the SDK sends.
    pub(crate) fn own_connector(
        &self,
        settings: HttpConnectorSettings,
        sleep: Option<SharedAsyncSleep>,
    ) -> SharedHttpConnector {
        #[cfg(test)]
        if let Some(answers) = &self.answers {
            return answers.clone();
        }
        SharedHttpConnector::new(self.connector(settings, sleep))
    }

    fn connector(
        &self,
        settings: HttpConnectorSettings,
        sleep: Option<SharedAsyncSleep>,
    ) -> Connector {
        let mut builder = Connector::builder().connector_settings(settings);
        builder.set_sleep_impl(sleep);
        if self.proxy.is_some() {
            builder.set_proxy_config(Some(ProxyConfig::from_env()));
        }
        builder
            .tls_provider(tls::Provider::Rustls(
                tls::rustls_provider::CryptoMode::Ring,
            ))
            .tls_context(self.tls.clone())
            .build()
    }

    /// ` (by the proxy …)`, or nothing, for the error of a request that got no answer.
    pub(crate) fn told(&self) -> String {
        match &self.proxy {
            Some(proxy) => format!(" (by the {proxy})"),
            None => String::new(),
        }
    }
}
