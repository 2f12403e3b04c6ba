//! The certificate authorities that are trusted: the system's, or those of `AWS_CA_BUNDLE`.

use super::profiles::Profiles;
use anyhow::{Context, Result, bail, ensure};
use aws_smithy_http_client::tls::{TlsContext, TrustStore};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// As for the AWS CLI, the variable counts more than the profile's `ca_bundle`, and a bundle
/// stands in place of the system's own.
///
/// # Errors
/// A file that cannot be read, or has no certificates in it.
pub(super) fn trusted(profiles: &Profiles) -> Result<TlsContext> {
    let variable = std::env::var("AWS_CA_BUNDLE").ok();
    let variable = variable.filter(|file| !file.is_empty());
    let named = match variable {
        Some(file) => Some(("AWS_CA_BUNDLE", file)),
        None => profiles
            .setting("ca_bundle")
            .map(|file| ("the profile's ca_bundle", file)),
    };
    let Some((source, file)) = named else {
        return Ok(TlsContext::default());
    };
    let told = || format!("{source} names the file {file}");
    let pem = std::fs::read(&file).with_context(|| format!("{}, which cannot be read", told()))?;
    check(&pem).with_context(|| format!("{}, which is no list of certificates (PEM)", told()))?;
    let store = TrustStore::empty().with_pem_certificate(pem);
    let context = TlsContext::builder().with_trust_store(store).build();
    context.with_context(|| format!("{}, which cannot be used", told()))
}

/// The client takes what it is given and would panic later on bytes that are no certificate.
fn check(pem: &[u8]) -> Result<()> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        match certificate {
            Ok(certificate) => roots.add(certificate)?,
            Err(error) => bail!("{error}"),
        }
    }
    ensure!(!roots.is_empty(), "there is none in it");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_certificates_pass() {
        let key = rcgen::generate_simple_self_signed(["a.test".to_owned()]).unwrap();
        check(key.cert.pem().as_bytes()).unwrap();
        for wrong in [
            "",
            "text",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            &key.signing_key.serialize_pem(),
        ] {
            assert!(check(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
