public import Values

/// A command that reads fields of a row and makes or changes others of the same row, or drops it.
///
/// All but ``pairs(_:)`` and ``computedName(_:)`` know their columns before a row is read; those two do where the rest of
/// the search names what it needs (``Command/withKnownColumns(_:)``).
public enum Extraction: Hashable, Sendable {
    /// `rex`
    case pattern(PatternExtraction)
    /// `rex mode=sed`
    case substitution(field: String, SedScript)
    /// `regex`
    case condition(PatternCondition)
    /// `replace`
    case replacement(ValueReplacement)
    /// `fillnull`; no fields: all.
    case filling(value: Text, fields: [String])
    /// `makemv`
    case splitting(ValueSplitting)
    /// `nomv`; without a delimiter a line end stands between the values.
    case joining(field: String, delimiter: Text?)
    /// `strcat`
    case concatenation(FieldConcatenation)
    /// `spath` with a path, and `xpath`
    case path(PathExtraction)
    /// `spath` without a path, `xmlkv`, `extract`, `fromjson`
    case pairs(PairExtraction)
    /// `eval {field} = expression`
    case computedName(ComputedAssignment)
    /// `foreach`
    case iteration(FieldIteration)
    /// `addtotals` of rows
    case total(FieldTotal)
    /// `addinfo`
    case searchInformation
}

/// `rex`: named groups become fields.
public struct PatternExtraction: Hashable, Sendable {
    public var field: String
    public var pattern: Text
    /// How many matches count; 0 for all.
    public var maximumMatches: Int
    /// Which field tells where the groups matched.
    public var offsetField: String?

    public init(
        field: String = "_raw", pattern: Text, maximumMatches: Int = 1, offsetField: String? = nil
    ) {
        self.field = field
        self.pattern = pattern
        self.maximumMatches = maximumMatches
        self.offsetField = offsetField
    }
}

/// What `rex mode=sed` does to a value, one command after the other.
public struct SedScript: Hashable, Sendable {
    public enum Command: Hashable, Sendable {
        /// `s/pattern/replacement/`: matches from the first-th on (counted from 1), all of them or that one.
        case substitute(pattern: Text, replacement: [Part], first: Int, isGlobal: Bool)
        /// `y/abc/xyz/`: characters for characters.
        case translate([Text], [Text])
    }

    public enum Part: Hashable, Sendable {
        case text(Text)
        case group(Int)
    }

    public var commands: [Command]

    public init(commands: [Command]) {
        self.commands = commands
    }
}

/// `regex`: rows of which a field matches, or of which none of its values does.
public struct PatternCondition: Hashable, Sendable {
    public var field: String
    public var pattern: Text
    public var isInverted: Bool

    public init(field: String = "_raw", pattern: Text, isInverted: Bool = false) {
        self.field = field
        self.pattern = pattern
        self.isInverted = isInverted
    }
}

/// `replace`: whole values for others; `*` stands for any run and is filled in again.
public struct ValueReplacement: Hashable, Sendable {
    public struct Rule: Hashable, Sendable {
        public var pattern: Text
        public var replacement: Text

        public init(pattern: Text, replacement: Text) {
            self.pattern = pattern
            self.replacement = replacement
        }
    }

    public var rules: [Rule]
    /// Empty: every field.
    public var fields: [String]

    public init(rules: [Rule], fields: [String] = []) {
        self.rules = rules
        self.fields = fields
    }
}

/// `makemv`: one value becomes several.
public struct ValueSplitting: Hashable, Sendable {
    public enum Separation: Hashable, Sendable {
        case delimiter(Text)
        /// The first group of each match of a pattern, or the match where it has none.
        case tokens(Text)
    }

    public var field: String
    public var separation: Separation

    public init(field: String, separation: Separation) {
        self.field = field
        self.separation = separation
    }
}

/// `strcat`: fields and texts joined.
public struct FieldConcatenation: Hashable, Sendable {
    public enum Part: Hashable, Sendable {
        case field(String)
        case text(Text)
    }

    public var parts: [Part]
    public var column: String
    /// Whether rows that lack one of the fields stay as they are.
    public var needsAll: Bool

    public init(parts: [Part], column: String, needsAll: Bool = false) {
        self.parts = parts
        self.column = column
        self.needsAll = needsAll
    }
}

/// `spath path=` and `xpath`: what stands at a place of a JSON or XML text.
public struct PathExtraction: Hashable, Sendable {
    public enum Path: Hashable, Sendable {
        case data(DataPath)
        case xml(XMLPath)
    }

    public var field: String
    public var path: Path
    public var column: String
    /// What the column holds where nothing is found; `nil` leaves it alone.
    public var otherwise: Text?

    public init(field: String = "_raw", path: Path, column: String, otherwise: Text? = nil) {
        self.field = field
        self.path = path
        self.column = column
        self.otherwise = otherwise
    }
}

/// Fields whose names come out of the text of another.
public struct PairExtraction: Hashable, Sendable {
    public enum Form: Hashable, Sendable {
        /// JSON or XML: a field for each path.
        case document
        /// `<name>value</name>` anywhere in a text.
        case elements
        /// `name=value` anywhere in a text, or as its options say.
        case pairs(KeyValueFormat)
        /// The members of a JSON object, each under its name with this before it.
        case members(prefix: String)
    }

    public var field: String
    public var form: Form
    /// The only names that the rest of the search needs, or `nil`.
    public var known: [String]?

    public init(field: String = "_raw", form: Form, known: [String]? = nil) {
        self.field = field
        self.form = form
        self.known = known
    }
}

/// How `extract` tells names from values.
public struct KeyValueFormat: Hashable, Sendable {
    /// The characters that part pairs, and those that part name and value; `nil` for `name=value` as it stands in logs.
    public var delimiters: Delimiters?
    public var maximumPairs: Int
    /// How many bytes of the text are looked at.
    public var maximumLength: Int
    /// Whether a name that comes again adds a value; else the first stays.
    public var isMultivalue: Bool
    /// Whether what is no letter, digit or underscore becomes `_` in names.
    public var cleansNames: Bool

    public struct Delimiters: Hashable, Sendable {
        public var pairs: Text
        public var values: Text

        public init(pairs: Text, values: Text) {
            self.pairs = pairs
            self.values = values
        }
    }

    /// With Splunk's defaults.
    public init(
        delimiters: Delimiters? = nil, maximumPairs: Int = 50, maximumLength: Int = 10_240, isMultivalue: Bool = false,
        cleansNames: Bool = true
    ) {
        self.delimiters = delimiters
        self.maximumPairs = maximumPairs
        self.maximumLength = maximumLength
        self.isMultivalue = isMultivalue
        self.cleansNames = cleansNames
    }
}

/// `eval prefix_{field} = expression`: the name comes out of the row.
public struct ComputedAssignment: Hashable, Sendable {
    public enum Part: Hashable, Sendable {
        case text(String)
        case field(String)
    }

    public var name: [Part]
    public var expression: Expression
    /// The only names that the rest of the search needs, or `nil`.
    public var known: [String]?

    public init(name: [Part], expression: Expression, known: [String]? = nil) {
        self.name = name
        self.expression = expression
        self.known = known
    }
}

/// `addtotals`: the sum of a row's numbers.
public struct FieldTotal: Hashable, Sendable {
    /// Names, perhaps with `*`; empty for all.
    public var fields: [String]
    public var column: String

    public init(fields: [String] = [], column: String = "Total") {
        self.fields = fields
        self.column = column
    }
}
