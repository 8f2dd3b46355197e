// The visibility of symbols of the shared library; all symbols without this macro are hidden.
#pragma once

/// Goes after the name of a public header's namespace, and exports its declarations.
#define OPENCTI_CONNECTOR_PUBLIC __attribute__((visibility("default")))
