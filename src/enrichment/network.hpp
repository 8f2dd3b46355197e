// What an answer tells of the network around an object: its autonomous system, a URL's host.
#pragma once

#include "enrichment/subject.hpp"
#include "kaspersky/answer.hpp"
#include "source/builder.hpp"

namespace enrichment {

/// Section IpWhoIs.
void add_autonomous_systems(const kaspersky::Answer& answer, const Subject& subject,
                            source::Builder& builder);

/// UrlGeneralInfo.Host, else the host of the URL itself: a domain or an address.
void add_host(const Subject& subject, const kaspersky::Answer& answer, source::Builder& builder);

}  // namespace enrichment
