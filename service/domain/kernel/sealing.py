"""Secrets that are kept: encrypted with keys derived from the installation's, one for each purpose."""

from __future__ import annotations

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry
from joserfc.jwk import OctKey

from service.domain.kernel.tokens import KeyPurpose, all_keys, derive_key

LARGEST = 256 * 1024 * 1024
"""Bytes of what is unsealed: a whole letter with its photos."""


def _registry() -> JWERegistry:
    """Return the rules of unsealing; the library's own end at 64 KB, since others hand in what it opens."""
    rules = JWERegistry()
    rules.max_ciphertext_length = LARGEST
    return rules


_RULES = _registry()


def seal_for(key: bytes, purpose: KeyPurpose, text: str) -> str:
    """Return the text encrypted and authenticated with a key derived from the installation's newest one."""
    return jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM"}, text.encode(), _sealing(key, purpose))


def unseal_for(key: bytes, purpose: KeyPurpose, sealed: str) -> str | None:
    """Return what was sealed; None under another key, or when it was tampered with."""
    for each in all_keys(key):
        try:
            plain = jwe.decrypt_compact(sealed, _sealing(each, purpose), registry=_RULES).plaintext
        except (JoseError, ValueError):
            continue
        return plain.decode() if plain is not None else None
    return None


def _sealing(key: bytes, purpose: KeyPurpose) -> OctKey:
    return OctKey.import_key(derive_key(key, purpose))
