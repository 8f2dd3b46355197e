// What can be looked up: one row per kind of object, keyed by its path segment under /api/.
//   folder    where the answers are, under samples/
//   accepts   whether a text names such an object
//   key       its form for comparing
//   keys      every key under which an answer is found
//   sections  the names that `sections` may hold, as the service spells them
const hash_form = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i;

export const lookups = {
  hash: {
    folder: 'file',
    accepts: (text) => hash_form.test(text),
    key: (text) => text.toLowerCase(),
    keys: ({ FileGeneralInfo: file }) => [file?.Md5, file?.Sha1, file?.Sha256].filter((hash) => typeof hash === 'string' && hash_form.test(hash)),
    sections: [
      'LicenseInfo', 'Zone', 'FileGeneralInfo', 'RelatedObjects', 'DetectionsInfo', 'FileNames', 'FilePaths',
      'FileCertificates', 'FileParentCertificates', 'FileDownloadedFromUrls', 'FileAccessedUrls',
      'FileStartedObjects', 'FileStartedBy', 'FileDownloadedObjects', 'FileDownloadedBy', 'Industries',
    ],
  },
};

// `count` does not shorten these.
export const whole_sections = new Set(['DetectionsInfo', 'FileParentCertificates']);
