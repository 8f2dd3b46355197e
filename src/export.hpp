// What of the shared library is seen outside of it; everything else is hidden.
#pragma once

/// After the name of a public header's namespace: what is declared in there can be linked.
#define OPENCTI_CONNECTOR_PUBLIC __attribute__((visibility("default")))
