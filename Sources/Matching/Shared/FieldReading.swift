/// What a set of predicates asks of one event.
public protocol FieldReading: AnyObject {
    /// The domains that the event belongs to, each once; valid until the next event.
    func domains() -> UnsafeBufferPointer<Int32>
    /// How many values the slot has; under `PredicateSet.everyValueSlot`, how many scalar values the event has.
    func valueCount(of slot: Int) -> Int
    /// The value of the slot as the event writes it, where that is quickly told; only `valueCount` and `value` say what its
    /// text is.
    func written(_ slot: Int) -> WrittenValue
    /// One of its values, valid until the next event.
    func value(_ index: Int, of slot: Int) -> UnsafeRawBufferPointer
    /// Whether the term occurs in the event's raw text.
    func rawText(holds term: SearchTerm) -> Bool
    /// Whether the event has the field, if only with null in it; under `PredicateSet.everyValueSlot`, any scalar value.
    func exists(_ slot: Int) -> Bool
    /// Whether the field has a value, if only an empty text; under `PredicateSet.everyValueSlot` as `exists`.
    func isGiven(_ slot: Int) -> Bool
    /// Whether a value of the field is the empty text; under `PredicateSet.everyValueSlot`, where empty texts do not count, none
    /// is.
    func hasEmptyText(_ slot: Int) -> Bool
}

/// What an event has for a slot, before anything is decoded.
public enum WrittenValue {
    case missing
    /// One value. Equal bytes, encoded alike, have equal texts; valid until the next event.
    case one(UnsafeRawBufferPointer, isEncoded: Bool)
    /// All values follow from these bytes, of which there is one at least, in the way of this number: equal bytes give equal
    /// values in one way. How many there are is not said.
    case derived(UnsafeRawBufferPointer, way: Int32)
    /// It has to be asked by `valueCount`.
    case unclear
}

extension FieldReading {
    /// For readers that can't tell quickly: `valueCount` and `value` are asked.
    public func written(_ slot: Int) -> WrittenValue { .unclear }
}
