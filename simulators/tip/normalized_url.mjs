// The form in which the service compares web addresses, and shows them in its answers: without scheme, user name, "www.", port, fragment
// and trailing slash, the host in lower case and in punycode. The path is not changed.
import { domainToASCII } from 'node:url';

const address_form = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/?#@]*@)?(?<host>\[[^\]/?#]*\]|[^/?#:]*)(?::\d*(?=[/?#]|$))?(?<rest>[^#]*)/i;

// ASCII names are not given to domainToASCII, because it also reads numbers as addresses.
export const normalizedHost = (host) => (/[^\0-\x7f]/.test(host) && domainToASCII(host)) || host.toLowerCase();

export function normalizedUrl(text) {
  const { host, rest } = address_form.exec(text).groups;
  return `${normalizedHost(host).replace(/^www\./, '').replace(/\.$/, '')}${rest}`.replace(/\/$/, '');
}
