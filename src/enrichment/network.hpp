// What an answer tells of the network around an object: its autonomous system, a URL's host.
#pragma once

#include <string>
#include <vector>

#include "enrichment/drafts.hpp"
#include "enrichment/subject.hpp"
#include "kaspersky/answer.hpp"

namespace enrichment {

/// Section IpWhoIs. Autonomous systems are shared, so they carry no marking.
void add_autonomous_systems(const kaspersky::Answer& answer, const Subject& subject, Drafts& drafts,
                            std::vector<std::string>& warnings);

/// UrlGeneralInfo.Host, else the host of the URL itself: a domain or an address.
void add_host(const Subject& subject, const kaspersky::Answer& answer, Drafts& drafts);

}  // namespace enrichment
