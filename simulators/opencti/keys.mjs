// The platform's key for tokens: Ed25519, sent as a JSON Web Key Set with the registration; also generates invalid tokens for tests.
import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const lifetime_s = 3600;

export class Keys {
  #pair;
  #kid;

  constructor() {
    this.renew();
  }

  // Generates another key, as after a change of the platform's encryption key. → its id
  renew() {
    this.#pair = generateKeyPairSync('ed25519');
    this.#kid = randomBytes(8).toString('hex');
    return this.#kid;
  }

  jwks() {
    const { kty, crv, x } = this.#pair.publicKey.export({ format: 'jwk' });
    return JSON.stringify({ keys: [{ kid: this.#kid, use: 'sig', alg: 'EdDSA', crv, kty, x }] });
  }

  // `header` and `claims` change the content of a valid token. `key`: platform, other (another key with the same id), none, or public (the
  // public key used as a secret).
  token({ header = {}, claims = {}, key = 'platform' } = {}) {
    const now = Math.floor(Date.now() / 1000);
    const text = [
      { kid: this.#kid, alg: 'EdDSA', typ: 'JWT', ...header },
      { iss: 'opencti', sub: 'connector', iat: now, exp: now + lifetime_s, ...claims },
    ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${text}.${this.#signature(text, key).toString('base64url')}`;
  }

  #signature(text, key) {
    if (key === 'none') return Buffer.alloc(0);
    if (key === 'public') {
      return createHmac('sha256', this.#pair.publicKey.export({ format: 'pem', type: 'spki' })).update(text).digest();
    }
    const pair = key === 'other' ? generateKeyPairSync('ed25519') : this.#pair;
    return sign(null, Buffer.from(text), pair.privateKey);
  }
}
