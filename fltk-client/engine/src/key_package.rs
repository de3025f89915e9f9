//! Key packages (RFC 9420 §10): what others need to add this device to a group.

use openmls::prelude::KeyPackage;
use openmls::prelude::tls_codec::Serialize as _;
use wire::codec::{Bytes, Field, List, Reader, Writer};
use wire::limit::MAX_KEY_PACKAGES;

use crate::Problem;
use crate::group::{Provider, SUITE, capabilities, credential};
use crate::identity::Identity;

/// Key packages as they are published.
#[derive(Debug)]
pub(crate) struct KeyPackages {
    pub(crate) one_use: List<wire::message::KeyPackage, MAX_KEY_PACKAGES>,
    pub(crate) last_resort: Option<wire::message::KeyPackage>,
}

impl Field for KeyPackages {
    const WHAT: &'static str = "key packages";

    fn encode(&self, w: &mut Writer) {
        self.one_use.encode(w);
        self.last_resort.encode(w);
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        Ok(Self { one_use: Field::decode(r)?, last_resort: Field::decode(r)? })
    }
}

/// One-use key packages, `count` of them, and one of last resort if asked for.
pub(crate) fn make(
    provider: &Provider<'_>,
    identity: &Identity,
    count: usize,
    last_resort: bool,
) -> Result<KeyPackages, Problem> {
    const FAILED: Problem = Problem::Internal("a key package could not be made");
    let make_one = |last_resort: bool| {
        let builder = KeyPackage::builder().leaf_node_capabilities(capabilities());
        let builder = if last_resort { builder.mark_as_last_resort() } else { builder };
        let bundle =
            builder.build(SUITE, provider, identity, credential(identity)).map_err(|_| FAILED)?;
        let bytes = bundle.key_package().tls_serialize_detached().map_err(|_| FAILED)?;
        Bytes::new(bytes).map_err(|_| FAILED)
    };
    let one_use = (0..count).map(|_| make_one(false)).collect::<Result<_, _>>()?;
    Ok(KeyPackages {
        one_use: List::new(one_use).map_err(|_| FAILED)?,
        last_resort: last_resort.then(|| make_one(true)).transpose()?,
    })
}
