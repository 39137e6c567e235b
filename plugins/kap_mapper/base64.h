#ifndef KGW_KAP_MAPPER_BASE64_H_
#define KGW_KAP_MAPPER_BASE64_H_

#include <string>
#include <string_view>

namespace kgw::kap {

void AppendBase64(std::string& out, std::string_view bytes);

}  // namespace kgw::kap

#endif  // KGW_KAP_MAPPER_BASE64_H_
