/// A message for standard error: where, what, and what to do about it.
public struct Diagnostic: Hashable, Sendable {
    /// Whether something failed, may be wrong, or is good to know.
    public enum Severity: String, Hashable, Sendable {
        case error, warning, note
    }

    /// Errors are not marked as such in the text.
    public var severity: Severity
    /// A file, with line and column where there are any: `rules/a.yml:12:5`.
    public var place: String?
    /// What is wrong, as a clause without a full stop.
    public var message: String
    /// What to do about it, as a clause; stands behind a semicolon.
    public var remedy: String?
    /// Lines below, such as the search with a caret under the word.
    public var details: [String]

    /// An error, where nothing else is said.
    public init(
        _ severity: Severity = .error, place: String? = nil, message: String, remedy: String? = nil,
        details: [String] = []
    ) {
        self.severity = severity
        self.place = place
        self.message = message
        self.remedy = remedy
        self.details = details
    }

    /// An error without a place: its words name the file.
    public init(_ error: OutputError) {
        self.init(message: error.description)
    }

    /// `trawl: path: what; remedy` and a line feed; warnings and notes say that they are. Paths and quoted content cannot act
    /// on the terminal.
    public func text(hasColor: Bool = false) -> String {
        let style = Style(hasColor: hasColor)
        var bytes = Array("trawl: ".utf8)
        switch severity {
        case .error: break
        case .warning: style.append(Array("warning: ".utf8), as: .caution, to: &bytes)
        case .note: style.append(Array("note: ".utf8), as: .label, to: &bytes)
        }
        if let place { bytes += DisplayText("\(place): ").bytes }
        style.append(DisplayText(message).bytes, as: severity == .error ? .alarm : nil, to: &bytes)
        if let remedy { bytes += DisplayText("; \(remedy)").bytes }
        bytes.append(UInt8(ascii: "\n"))
        for detail in details {
            bytes += DisplayText("  \(detail)").bytes
            bytes.append(UInt8(ascii: "\n"))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A line of text with everything in it that could act on a terminal made visible.
    public static func harmless(_ line: String) -> String {
        String(decoding: DisplayText(line).bytes, as: UTF8.self)
    }
}
