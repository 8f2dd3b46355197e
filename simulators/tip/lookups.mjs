// The kinds of objects that can be looked up: one row per kind, with its path segment under /api/ as the key.
//   folder    the folder of the answers, under samples/
//   accepts   whether a text is a value of this kind
//   key       the value's form for comparisons
//   names     the values that an answer names
//   named     the values of an observable in STIX
//   sections  the valid names in `sections`, in the service's spelling
//   longest   the maximum length of a text; a longer one gets 414
import { isIP, isIPv6 } from 'node:net';
import { normalizedHost, normalizedUrl } from './normalized_url.mjs';

const hash_form = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i;
const domain_form = /^(?=.{1,253}$)(?:[\p{L}\p{N}_-]{1,63}\.)+[\p{L}\p{N}-]{2,63}$/u;
const control_character = /\p{Cc}/u;

const value_of = (observable) => [observable.value];

export const lookups = {
  hash: {
    folder: 'file',
    accepts: (text) => hash_form.test(text),
    key: (text) => text.toLowerCase(),
    names: ({ FileGeneralInfo: file }) => [file?.Md5, file?.Sha1, file?.Sha256],
    named: ({ hashes }) => Object.values(hashes ?? {}),
    sections: [
      'LicenseInfo', 'Zone', 'FileGeneralInfo', 'RelatedObjects', 'DetectionsInfo', 'FileNames', 'FilePaths',
      'FileCertificates', 'FileParentCertificates', 'FileDownloadedFromUrls', 'FileAccessedUrls',
      'FileStartedObjects', 'FileStartedBy', 'FileDownloadedObjects', 'FileDownloadedBy', 'Industries',
    ],
  },
  ip: {
    folder: 'ip',
    accepts: (text) => isIP(text) !== 0 && !text.includes('%'),
    key: (text) => (isIPv6(text) ? new URL(`http://[${text}]`).hostname : text),
    names: ({ IpGeneralInfo: address }) => [address?.Ip],
    named: value_of,
    sections: [
      'LicenseInfo', 'Zone', 'RelatedObjects', 'IpGeneralInfo', 'IpWhoIs', 'IpDnsResolutions', 'FilesDownloadedFromIp',
      'HostedUrls', 'Industries',
    ],
  },
  domain: {
    folder: 'domain',
    accepts: (text) => domain_form.test(text) && isIP(text) === 0,
    key: normalizedHost,
    names: ({ DomainGeneralInfo: domain }) => [domain?.Domain],
    named: value_of,
    sections: [
      'LicenseInfo', 'Zone', 'RelatedObjects', 'DomainGeneralInfo', 'DomainWhoIsInfo', 'DomainDnsResolutions',
      'FilesDownloaded', 'FilesAccessed', 'Subdomains', 'UrlReferrals', 'UrlReferredTo', 'FeedMasks', 'Industries',
    ],
  },
  url: {
    folder: 'url',
    accepts: (text) => !control_character.test(text) && hasHost(normalizedUrl(text)),
    key: normalizedUrl,
    names: ({ UrlGeneralInfo: url }) => [url?.Url],
    named: value_of,
    sections: [
      'LicenseInfo', 'Zone', 'RelatedObjects', 'UrlGeneralInfo', 'UrlDomainWhoIs', 'DomainDnsResolutions',
      'FilesDownloaded', 'FilesAccessed', 'UrlReferrals', 'UrlReferredTo', 'FeedMasks', 'Industries',
    ],
    longest: 2000,
  },
};

// `count` does not shorten these sections.
export const whole_sections = new Set(['DetectionsInfo', 'FileParentCertificates']);

const hasHost = (normalized) => /^(?:\[[0-9a-f:.]+\]|[\p{L}\p{N}._-]*[\p{L}\p{N}])(?:[/?]|$)/u.test(normalized);
