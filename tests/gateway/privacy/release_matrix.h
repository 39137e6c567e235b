#ifndef TESTS_GATEWAY_PRIVACY_RELEASE_MATRIX_H_
#define TESTS_GATEWAY_PRIVACY_RELEASE_MATRIX_H_

#include <string>
#include <vector>

#include "gateway/base/strings.h"
#include "gateway/privacy/release.h"

namespace kgw::privacy {

// One question that the rule for what may leave can be asked, and its answer.
struct ReleaseCase {
  Route route;
  bool test_data = false;
  ReleaseVerdict expected = ReleaseVerdict::kNotTaken;
  std::string what = {};  // for messages
};

// What every record of the matrix is called, but for its id.
inline RecordName MatrixName(const std::string& id = "S-1") {
  return {"demo-clinic", "kap-ehr", "Session", id};
}

// Every purpose of interest x production x test data x tenant x type. Whoever asks the rule drives
// all of it through their own door, so that leaving the question out fails their test.
inline std::vector<ReleaseCase> ReleaseMatrix(const std::string& destination) {
  const std::vector<std::vector<std::string>> tenants = {
      {}, {MatrixName().tenant}, {"other-clinic", MatrixName().tenant}, {"other-clinic"}};
  const std::vector<std::vector<std::string>> types = {
      {}, {MatrixName().type}, {"Visit", MatrixName().type}, {"Visit"}};
  std::vector<ReleaseCase> cases;
  for (const char* purpose : {"TREAT", "HPAYMT", "treat", ""}) {
    for (const bool production : {false, true}) {
      for (const bool test_data : {false, true}) {
        for (size_t tenant = 0; tenant < tenants.size(); ++tenant) {
          for (size_t type = 0; type < types.size(); ++type) {
            ReleaseCase made{
                .route = {destination, types[type], tenants[tenant], purpose, production},
                .test_data = test_data};
            const bool served = std::string(purpose) == "TREAT" && !(production && test_data);
            made.expected = tenant == 3 || type == 3 ? ReleaseVerdict::kNotTaken
                            : served                 ? ReleaseVerdict::kAllowed
                                                     : ReleaseVerdict::kWithheld;
            made.what =
                StrCat("purpose ", purpose, production ? ", production" : "",
                       test_data ? ", test data" : "", ", tenants ", tenant, ", types ", type);
            cases.push_back(std::move(made));
          }
        }
      }
    }
  }
  return cases;
}

}  // namespace kgw::privacy

#endif  // TESTS_GATEWAY_PRIVACY_RELEASE_MATRIX_H_
