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
    /// The event's raw text, as `SearchTerm.mayOccur` is given it; `nil` where escapes may write any byte of it. Valid until the
    /// next event.
    var plainRawText: UnsafeRawBufferPointer? { get }
    /// Whether the event has the field, if only with null in it; under `PredicateSet.everyValueSlot`, any scalar value.
    func exists(_ slot: Int) -> Bool
    /// Whether the field has a value, if only an empty text; under `PredicateSet.everyValueSlot` as `exists`.
    func isGiven(_ slot: Int) -> Bool
    /// Whether a value of the field is the empty text; under `PredicateSet.everyValueSlot`, where empty texts do not count, none
    /// is.
    func hasEmptyText(_ slot: Int) -> Bool

    /// What the event has in common with others: where it gives the same answers as another of its form to all that is noted,
    /// what is asked of it comes to the same. `nil` where it can't be noted what is asked of it.
    var form: EventForm? { get }
    /// Has what is asked of the event, which has a form, noted from now on.
    func beginNotes()
    /// Ends the notes, and says what was asked, each once, as numbers from 0; false where more than the answers decides on what
    /// came of it.
    func endNotes(_ visit: (_ question: Int32) -> Void) -> Bool
    /// What the event answers; `nil` where it can't be told in one piece. Valid until the next event.
    func answer(to question: Int32) -> EventAnswer?
}

/// Events of one form differ in the answers that they give to questions, and in nothing else.
public struct EventForm {
    /// From 0, below `limit`; forms take the places of others in time.
    public var place: Int
    /// What tells the forms apart that were in one place.
    public var generation: UInt32

    /// Forms in later places are not remembered.
    public static let limit = 256

    /// - Parameters:
    ///   - place: from 0.
    ///   - generation: another one for each form that was in the place.
    public init(place: Int, generation: UInt32) {
        self.place = place
        self.generation = generation
    }
}

/// What an event says to a question: bytes, and what they are of.
public struct EventAnswer {
    /// Valid until the next event.
    public var bytes: UnsafeRawBufferPointer
    /// What the bytes are of: answers of different kinds are different answers.
    public var kind: UInt8

    /// - Parameter bytes: valid until the next event.
    public init(bytes: UnsafeRawBufferPointer, kind: UInt8) {
        self.bytes = bytes
        self.kind = kind
    }
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
    /// Whether any value of the one slot stands in a relation to any value of the other; where it is negated, whether both have a
    /// value, and no two stand in it.
    public func holds(_ relation: FieldRelation, _ left: Int, _ right: Int) -> Bool {
        let relates =
            anyRelates(relation, left, right)
            || relation.kind == .equals && hasEmptyText(left) && hasEmptyText(right)
        return relation.isNegated ? !relates && isGiven(left) && isGiven(right) : relates
    }

    private func anyRelates(_ relation: FieldRelation, _ left: Int, _ right: Int) -> Bool {
        let (lefts, rights) = (0..<valueCount(of: left), 0..<valueCount(of: right))
        // Few pairs are compared without a copy.
        if lefts.count * rights.count > 64 {
            return relation.relates(
                anyOf: lefts.map { Array(value($0, of: left)) }, to: rights.map { Array(value($0, of: right)) })
        }
        return lefts.contains { first in
            rights.contains { relation.relates(value(first, of: left), to: value($0, of: right)) }
        }
    }

    /// For readers that can't tell quickly: `valueCount` and `value` are asked.
    public func written(_ slot: Int) -> WrittenValue { .unclear }

    /// For readers whose terms are asked for one by one.
    public var plainRawText: UnsafeRawBufferPointer? { nil }

    /// For readers that don't note what they are asked.
    public var form: EventForm? { nil }
    /// Nothing, as there is no form.
    public func beginNotes() {}
    /// False: nothing was noted.
    public func endNotes(_ visit: (_ question: Int32) -> Void) -> Bool { false }
    /// Nothing is known of any question.
    public func answer(to question: Int32) -> EventAnswer? { nil }
}
