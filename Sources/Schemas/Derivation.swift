/// How a field's value is got from an event's own fields, as the schema files say it.
///
/// Derivations nest: each takes the values of another one and makes others of them, one by one. Where there is nothing to
/// make, there is no value.
indirect enum Derivation: Sendable, Hashable {
    /// The event's own field of this name.
    case field(String)
    /// A text that does not depend on the event.
    case constant(String)
    /// What one step makes of each value.
    case step(Step, of: Derivation)
    /// What a table has for the value; else what `otherwise` says.
    case mapped(Derivation, [Pair], otherwise: Derivation?)
    /// All parts with a text between them, where every part is there.
    case joined([Derivation], separator: String)
    /// The values of the first one that has any.
    case first([Derivation])
    /// The values of all of them.
    case all([Derivation])
    /// The sum of all values of all of them that are numbers; nothing where none is.
    case sum([Derivation])
    /// All values in one text, with a text between them.
    case together(Derivation, separator: String)
    /// One of several values, counted from 0.
    case item(Int, of: Derivation)
    /// In an array of pairs, the values of those that have this name: where the names stand, and where the values do.
    case named(String, among: String, of: String)
    /// A value to show, and others that conditions on the field find too.
    case shown(Derivation, also: [Derivation])
    /// Only where all conditions hold.
    case when([Schema.Condition], Derivation)
    /// Only where not all conditions hold.
    case unless([Schema.Condition], Derivation)
    /// Only where two fields hold the same text.
    case whenSame(String, String, Derivation)
    /// The event's data as the add-on for Windows shows them: the inside of `EventData` or `UserData` as XML.
    case dataElement(DataElement)

    enum DataElement: String, Sendable, Hashable {
        case eventData = "EventData"
        case userData = "UserData"
    }

    /// A text and what stands for it; the text is compared without regard to case, and `*` in it stands for any.
    struct Pair: Sendable, Hashable {
        var text: String
        var result: String
    }

    /// What is made of one text.
    enum Step: Sendable, Hashable {
        case lastPart, folder, decimal, hexText, lower, upper, given, insideParentheses, beforeParentheses
        /// How many values there are.
        case counted
        /// How many characters (Unicode scalars) the text has.
        case length
        case afterLast(String)
        case beforeLast(String)
        case split(String)
        case prefixed(String)
        case between(String, String)
        /// The rest of the line that begins with this text and a colon.
        case line(String)
        /// The beginning replaced by what stands for it.
        case startReplaced([Pair])
    }

    /// By its outermost kind, and by what it takes its values from first and last: loading looks some ten thousand up, each with
    /// all that it is made of, and tables and other branches would take most of the time.
    func hash(into hasher: inout Hasher) {
        switch self {
        case .field(let name), .constant(let name): hasher.combine(name)
        case .step(let step, let inner):
            hasher.combine(step)
            inner.hash(into: &hasher)
        case .mapped(let inner, let pairs, _):
            hasher.combine(pairs.count)
            inner.hash(into: &hasher)
        case .first(let parts), .all(let parts), .sum(let parts), .joined(let parts, _):
            hasher.combine(parts.count)
            parts.first?.hash(into: &hasher)
            if parts.count > 1 { parts.last?.hash(into: &hasher) }
        case .together(let inner, _), .when(_, let inner), .unless(_, let inner),
            .whenSame(_, _, let inner):
            inner.hash(into: &hasher)
        case .item(let index, let inner):
            hasher.combine(index)
            inner.hash(into: &hasher)
        case .named(let name, _, _): hasher.combine(name)
        case .shown(let main, let others):
            hasher.combine(others.count)
            main.hash(into: &hasher)
        case .dataElement(let element): hasher.combine(element)
        }
    }

    /// Whether the event's own field of this name is what counts where it is there.
    func prefers(_ name: String) -> Bool {
        switch self {
        case .field(let own): own == name
        case .first(let parts): parts.first?.prefers(name) ?? false
        default: false
        }
    }

    /// The same with something else in the place of every field that it takes a value from.
    ///
    /// - Parameter path: where a condition or an array of pairs has to look for a field.
    func locating(_ place: (String) -> Derivation, path: (String) -> String) -> Derivation {
        func conditions(_ conditions: [Schema.Condition]) -> [Schema.Condition] {
            conditions.map { Schema.Condition(path: path($0.path), texts: $0.texts) }
        }
        return switch self {
        case .field(let name): place(name)
        case .constant, .dataElement: self
        case .named(let name, let names, let values): .named(name, among: path(names), of: path(values))
        case .step(let step, let inner): .step(step, of: inner.locating(place, path: path))
        case .mapped(let inner, let pairs, let otherwise):
            .mapped(inner.locating(place, path: path), pairs, otherwise: otherwise?.locating(place, path: path))
        case .joined(let parts, let separator):
            .joined(parts.map { $0.locating(place, path: path) }, separator: separator)
        case .first(let parts): .first(parts.map { $0.locating(place, path: path) })
        case .all(let parts): .all(parts.map { $0.locating(place, path: path) })
        case .sum(let parts): .sum(parts.map { $0.locating(place, path: path) })
        case .together(let inner, let separator): .together(inner.locating(place, path: path), separator: separator)
        case .item(let index, let inner): .item(index, of: inner.locating(place, path: path))
        case .shown(let main, let others):
            .shown(main.locating(place, path: path), also: others.map { $0.locating(place, path: path) })
        case .when(let asked, let inner): .when(conditions(asked), inner.locating(place, path: path))
        case .unless(let asked, let inner): .unless(conditions(asked), inner.locating(place, path: path))
        case .whenSame(let left, let right, let inner):
            .whenSame(path(left), path(right), inner.locating(place, path: path))
        }
    }

    /// How deep derivations may be nested in a file.
    static let depthLimit = 16
    /// The last place in an array that can be named.
    static let itemLimit = 1 << 16
}
