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
    /// `fillnull`; no fields: all but the exceptions, see ``Command/withLaterColumns(_:)``.
    case filling(value: Text, fields: [String], except: [String] = [])
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
    /// Whose text is searched; of a multivalue field each value.
    public var field: String
    /// A regular expression with named groups.
    public var pattern: Text
    /// How many matches count; 0 for all.
    public var maximumMatches: Int
    /// Which field tells where the groups matched.
    public var offsetField: String?

    /// - Parameter maximumMatches: 0 for all.
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
    /// One command of the script.
    public enum Command: Hashable, Sendable {
        /// `s/pattern/replacement/`: matches from the first-th on (counted from 1), all of them or that one.
        case substitute(pattern: Text, replacement: [Part], first: Int, isGlobal: Bool)
        /// `y/abc/xyz/`: characters for characters.
        case translate([Text], [Text])
    }

    /// A piece of what a match is replaced with; group 0 is the match.
    public enum Part: Hashable, Sendable {
        case text(Text)
        case group(Int)
    }

    /// Each works on what the one before it has left.
    public var commands: [Command]

    /// - Parameter commands: in the order in which they are applied.
    public init(commands: [Command]) {
        self.commands = commands
    }
}

/// `regex`: rows of which a field matches, or of which none of its values does.
public struct PatternCondition: Hashable, Sendable {
    /// Of a multivalue field any value decides.
    public var field: String
    /// A regular expression that has to match some part of a value.
    public var pattern: Text
    /// Whether the rows are kept of which no value matches, those without the field among them (`field!=pattern`).
    public var isInverted: Bool

    /// - Parameter field: the whole event where none is named.
    public init(field: String = "_raw", pattern: Text, isInverted: Bool = false) {
        self.field = field
        self.pattern = pattern
        self.isInverted = isInverted
    }
}

/// `replace`: whole values for others; `*` stands for any run and is filled in again.
public struct ValueReplacement: Hashable, Sendable {
    /// A whole value, and what stands in its place.
    public struct Rule: Hashable, Sendable {
        /// `*` stands for any run.
        public var pattern: Text
        /// May hold as many `*` as the pattern, which are what the pattern's stood for, or none.
        public var replacement: Text

        /// Both sides as written.
        public init(pattern: Text, replacement: Text) {
            self.pattern = pattern
            self.replacement = replacement
        }
    }

    /// A value is replaced once at most: by a rule without `*` (of several that fit, the last), else by the one with most text.
    public var rules: [Rule]
    /// Empty: every field.
    public var fields: [String]

    /// - Parameter fields: none for every field.
    public init(rules: [Rule], fields: [String] = []) {
        self.rules = rules
        self.fields = fields
    }
}

/// `makemv`: one value becomes several.
public struct ValueSplitting: Hashable, Sendable {
    /// What parts the values from each other.
    public enum Separation: Hashable, Sendable {
        case delimiter(Text)
        /// The first group of each match of a pattern, or the match where it has none.
        case tokens(Text)
    }

    /// Each of its values becomes several.
    public var field: String
    /// By what the text is taken apart.
    public var separation: Separation
    /// Whether there is a value between two delimiters that have nothing between them.
    public var keepsEmpty: Bool

    /// - Parameter field: holds the text, and takes up the values.
    public init(field: String, separation: Separation, keepsEmpty: Bool = false) {
        self.field = field
        self.separation = separation
        self.keepsEmpty = keepsEmpty
    }
}

/// `strcat`: fields and texts joined.
public struct FieldConcatenation: Hashable, Sendable {
    /// A field's value or a text between them.
    public enum Part: Hashable, Sendable {
        case field(String)
        case text(Text)
    }

    /// In the order in which they are joined.
    public var parts: [Part]
    /// Where the joined text goes.
    public var column: String
    /// Whether rows that lack one of the fields stay as they are.
    public var needsAll: Bool

    /// - Parameter needsAll: whether rows that lack one of the fields stay as they are.
    public init(parts: [Part], column: String, needsAll: Bool = false) {
        self.parts = parts
        self.column = column
        self.needsAll = needsAll
    }
}

/// `spath path=` and `xpath`: what stands at a place of a JSON or XML text.
public struct PathExtraction: Hashable, Sendable {
    /// A place in JSON or XML as `spath` writes it, or an XPath.
    public enum Path: Hashable, Sendable {
        case data(DataPath)
        case xml(XMLPath)
    }

    /// Holds the document.
    public var field: String
    /// What is looked for in the document; it may stand there several times.
    public var path: Path
    /// Gets all that is found, in the order of the document.
    public var column: String
    /// What the column holds where nothing is found; `nil` leaves it alone.
    public var otherwise: Text?

    /// - Parameter otherwise: `nil` to leave the column alone where nothing is found.
    public init(field: String = "_raw", path: Path, column: String, otherwise: Text? = nil) {
        self.field = field
        self.path = path
        self.column = column
        self.otherwise = otherwise
    }
}

/// Fields whose names come out of the text of another.
public struct PairExtraction: Hashable, Sendable {
    /// How names and values stand in the text.
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

    /// Whose text is taken apart.
    public var field: String
    /// Which of the commands it is.
    public var form: Form
    /// The only names that the rest of the search needs, or `nil`.
    public var known: [String]?

    /// - Parameter known: the only names that are wanted; `nil` for all.
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
    /// How many pairs of a text are taken, from the first on.
    public var maximumPairs: Int
    /// How many bytes of the text are looked at.
    public var maximumLength: Int
    /// Whether a name that comes again adds a value; else the first stays.
    public var isMultivalue: Bool
    /// Whether what is no letter, digit or underscore becomes `_` in names.
    public var cleansNames: Bool

    /// Two sets of bytes; any byte of a set parts.
    public struct Delimiters: Hashable, Sendable {
        /// Bytes that stand between pairs.
        public var pairs: Text
        /// Bytes that stand between a name and its value.
        public var values: Text

        /// - Parameter pairs: what parts pairs; `values` parts a name from its value.
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
    /// A piece of a column's name: as written, or the value of a field.
    public enum Part: Hashable, Sendable {
        case text(String)
        case field(String)
    }

    /// Put together for each row; a row that lacks one of the fields is left as it is.
    public var name: [Part]
    /// The value for the column; what a row has there already is overwritten.
    public var expression: Expression
    /// The only names that the rest of the search needs, or `nil`.
    public var known: [String]?

    /// - Parameter known: the only names that are wanted; `nil` for all.
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
    /// Where the sum goes.
    public var column: String

    /// - Parameter fields: none for all but internal ones. What is no number adds nothing.
    public init(fields: [String] = [], column: String = "Total") {
        self.fields = fields
        self.column = column
    }
}
