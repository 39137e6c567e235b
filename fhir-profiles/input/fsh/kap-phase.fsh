// One visit may hold several phases, and one session may span several visits: a phase is a part of
// the Encounter in which it took place, not an Encounter of its own.
Extension: KapPhase
Id: kap-phase
Title: "KAP phase"
Description: "A phase of ketamine-assisted psychotherapy that took place in the visit. Repeats."
* ^context[0].type = #element
* ^context[0].expression = "Encounter"
* extension contains
    code 1..1 and
    period 0..1 and
    performer 0..*
* extension[code] ^short = "Which phase"
* extension[code].value[x] 1..1
* extension[code].value[x] only CodeableConcept
* extension[code].valueCodeableConcept from kap-phase (required)
* extension[period] ^short = "From when to when it lasted"
* extension[period].value[x] 1..1
* extension[period].value[x] only Period
* extension[performer] ^short = "Who conducted it"
* extension[performer].value[x] 1..1
* extension[performer].value[x] only Reference(Practitioner or PractitionerRole or RelatedPerson)
