// The form in which the service compares web addresses and shows them in its answers: without scheme, user name, "www.", port,
// fragment and closing slash, the host in lower case and in punycode. The path stays as it is, letter for letter.
import { domainToASCII } from 'node:url';

const address_form = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/?#@]*@)?(?<host>\[[^\]/?#]*\]|[^/?#:]*)(?::\d*(?=[/?#]|$))?(?<rest>[^#]*)/i;

// Names in ASCII are not given to domainToASCII, which also reads numbers as addresses.
export const normalizedHost = (host) => (/[^\0-\x7f]/.test(host) && domainToASCII(host)) || host.toLowerCase();

export function normalizedUrl(text) {
  const { host, rest } = address_form.exec(text).groups;
  return `${normalizedHost(host).replace(/^www\./, '').replace(/\.$/, '')}${rest}`.replace(/\/$/, '');
}
