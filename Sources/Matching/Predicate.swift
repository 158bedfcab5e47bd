/// A condition over the fields of one event, as both languages end up with it.
///
/// `Field` is a name while a plan is built and a slot number when it runs.
public indirect enum Predicate<Field> {
    /// Holds for every event (`true`) or for none.
    case constant(Bool)
    case all([Predicate])
    case any([Predicate])
    case not(Predicate)
    /// Some value of the field passes the test. On a multivalue field any value decides, for `differs` too.
    case field(Field, ValueTest)
    /// The pattern occurs in the raw text of the event, as a whole word or phrase would in Splunk's index.
    case rawText(WildcardPattern)
}

extension Predicate: Equatable where Field: Equatable {}
extension Predicate: Hashable where Field: Hashable {}
extension Predicate: Sendable where Field: Sendable {}

/// A test of one value of a field.
public enum ValueTest: Hashable, Sendable {
    /// `field=pattern`: the field is present and matches.
    case equals(WildcardPattern)
    /// `field!=pattern`: the field is present and does not match.
    case differs(WildcardPattern)
    /// `field=*`: the field is present, neither null nor empty.
    case present
    /// `field<bound` and so on: as numbers when both are, else as text.
    case ordered(Ordering, bound: [UInt8])

    public enum Ordering: Hashable, Sendable {
        case less, lessOrEqual, greater, greaterOrEqual
    }
}
