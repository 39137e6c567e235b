#ifndef PLUGINS_FHIR_REST_TRANSACTION_H_
#define PLUGINS_FHIR_REST_TRANSACTION_H_

#include "work.h"

namespace kgw::fhir_rest {

// Writes every entry that is not settled and not a removal in one transaction. False when the far
// side takes no transactions after all, or not one so large: nothing has been written then.
// Throws Failure; a transaction is all or nothing, so nothing has been written then either, unless
// its answer was lost.
bool WriteAsTransaction(Work& work);

// One line of a transaction-response, which is matched by its position.
struct Written {
  int status = 0;
  std::string reference;
  std::string version;
  Json outcome;
};
// Throws Failure (protocol) when it is not an answer to a transaction of these types.
std::vector<Written> ReadTransactionResponse(const Json& bundle,
                                             const std::vector<std::string>& types);

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_TRANSACTION_H_
