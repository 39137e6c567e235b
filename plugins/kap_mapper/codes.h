#ifndef KGW_KAP_MAPPER_CODES_H_
#define KGW_KAP_MAPPER_CODES_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codes_gen.h"

namespace kgw::kap {

inline const CodeRow& RowOf(Code code) { return kCodeRows[static_cast<size_t>(code)]; }

// The codings of an enum value of the schema, the most telling first; empty when it has none.
std::span<const Code> CodesOf(std::string_view enum_name);

// The code of an enum value in a value set of FHIR; empty when it has none.
std::string_view TextOf(std::string_view enum_name, std::string_view value_set);

// Every coding as JSON, written once for a canonical base. Safe from any thread.
class Codings {
 public:
  explicit Codings(std::string_view canonical_base);
  std::string_view Json(Code code) const { return json_[static_cast<size_t>(code)]; }

 private:
  std::vector<std::string> json_;
};

}  // namespace kgw::kap

#endif  // KGW_KAP_MAPPER_CODES_H_
