#ifndef GATEWAY_STORE_STORE_H_
#define GATEWAY_STORE_STORE_H_

#include "gateway/store/acceptor.h"
#include "gateway/store/condition.h"
#include "gateway/store/delivery_queue.h"
#include "gateway/store/feed.h"
#include "gateway/store/operator_hand.h"
#include "gateway/store/reader.h"

// The protocol between the gateway and what keeps its data. Every implementation keeps these
// promises, and one test suite (tests/gateway/store) holds each to them:
//
// Atomic   What one call changes is changed wholly or not at all. A call that fails leaves the
//          calls beside it untouched.
// Durable  A callback, or a return, with OK comes after the change would survive a power cut.
//          After a failed sync nothing is answered OK until the store has been opened again.
// Ordered  Versions of one thread commits in the order of its calls. Deliveries of one lane are
//          claimed in the order in which their records committed, one at a time.
// Checked  A body whose hash does not fit is never given out: DATA_LOSS.
// Bounded  A full queue and a full disk answer RESOURCE_EXHAUSTED with a delay (RetryDelayOf), and
//          nothing has changed then.
namespace kgw::store {

// One store keeps all of it; a client takes the interface it needs. Writes queue to one writer;
// callbacks run on the writer's thread after the commit, must return quickly, and must not wait for
// another call of the store. A store closes (its destructor) after all that was queued has been
// answered.
class Store : public Acceptor,
              public DeliveryQueue,
              public OperatorHand,
              public Reader,
              public Feed,
              public Condition {};

}  // namespace kgw::store

#endif  // GATEWAY_STORE_STORE_H_
