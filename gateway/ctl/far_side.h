#ifndef GATEWAY_CTL_FAR_SIDE_H_
#define GATEWAY_CTL_FAR_SIDE_H_

#include <string>

#include "gateway/v1/admin.pb.h"

namespace kgw::ctl {

// What a destination can do, in a few lines for people, with the types of resource that we send and
// it does not take; or why it was not reached, once.
std::string FarSideText(const std::string& name,
                        const gateway::v1::TestDestinationResponse& response);
void PrintFarSide(const std::string& name, const gateway::v1::TestDestinationResponse& response);

}  // namespace kgw::ctl

#endif  // GATEWAY_CTL_FAR_SIDE_H_
