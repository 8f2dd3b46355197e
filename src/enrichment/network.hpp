// Network data of an answer: autonomous systems, and the host of a URL.
#pragma once

#include "enrichment/subject.hpp"
#include "kaspersky/answer.hpp"
#include "source/builder.hpp"

namespace enrichment {

/// Section IpWhoIs.
void add_autonomous_systems(const kaspersky::Answer& answer, const Subject& subject,
                            source::Builder& builder);

/// Adds UrlGeneralInfo.Host, else the host of the URL itself: a domain or an address.
void add_host(const Subject& subject, const kaspersky::Answer& answer, source::Builder& builder);

}  // namespace enrichment
