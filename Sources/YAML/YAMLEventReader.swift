import CYAML

/// What libyaml's parser reports, as Swift values.
enum YAMLEvent {
    case documentStart
    case documentEnd
    case streamEnd
    case alias(String)
    case scalar(String, style: YAMLNode.Style, anchor: String?, tag: String?)
    case sequenceStart(anchor: String?, tag: String?)
    case sequenceEnd
    case mappingStart(anchor: String?, tag: String?)
    case mappingEnd
}

/// libyaml's parser over bytes in memory. The only file that touches its C interface.
struct YAMLEventReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>
    private let file: String
    /// How many lines of the file stand before the bytes.
    private let linesBefore: Int
    private(set) var mark = YAMLMark()

    /// - Throws: `YAMLError` when there is no memory for the parser.
    init(_ bytes: some Collection<UInt8>, file: String, linesBefore: Int = 0) throws(YAMLError) {
        self.file = file
        self.linesBefore = linesBefore
        input = .allocate(capacity: bytes.count)
        _ = input.initialize(from: bytes)
        parser = .allocate(capacity: 1)
        // SAFETY: `parser` points at room for one parser, which this call fills whatever it held.
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            input.deallocate()
            throw YAMLError(file: file, mark: YAMLMark(), reason: "out of memory")
        }
        // SAFETY: the input is owned by this reader, so it is there and unchanged until `deinit`.
        yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        // SAFETY: initialised in `init`, which is the only way to get here.
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// The next event; `mark` is then where it begins.
    mutating func next() throws(YAMLError) -> YAMLEvent {
        while true {
            var event = yaml_event_t()
            // SAFETY: on failure libyaml leaves the event zeroed; on success it owns memory until it is deleted, after
            // everything was copied out of it.
            guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
            defer { yaml_event_delete(&event) }
            mark = inFile(YAMLMark(event.start_mark))
            switch event.type {
            case YAML_DOCUMENT_START_EVENT: return .documentStart
            case YAML_DOCUMENT_END_EVENT: return .documentEnd
            case YAML_STREAM_END_EVENT: return .streamEnd
            case YAML_ALIAS_EVENT: return .alias(Self.string(event.data.alias.anchor) ?? "")
            case YAML_SCALAR_EVENT:
                let scalar = event.data.scalar
                // SAFETY: `value` holds `length` bytes while the event lives.
                let text = String(
                    decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
                return .scalar(
                    text, style: YAMLNode.Style(scalar.style), anchor: Self.string(scalar.anchor),
                    tag: Self.string(scalar.tag))
            case YAML_SEQUENCE_START_EVENT:
                let start = event.data.sequence_start
                return .sequenceStart(anchor: Self.string(start.anchor), tag: Self.string(start.tag))
            case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
            case YAML_MAPPING_START_EVENT:
                let start = event.data.mapping_start
                return .mappingStart(anchor: Self.string(start.anchor), tag: Self.string(start.tag))
            case YAML_MAPPING_END_EVENT: return .mappingEnd
            // The start of the stream; libyaml gives no event at all after its end.
            default: continue
            }
        }
    }

    /// SAFETY: libyaml's anchors and tags are NUL-terminated or null, and live as long as their event.
    private static func string(_ pointer: UnsafePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private func failure() -> YAMLError {
        let detail = parser.pointee.problem.map { String(cString: $0) } ?? "not valid YAML"
        if parser.pointee.error == YAML_READER_ERROR {
            // The reader, which checks the encoding, knows only a byte offset.
            return YAMLError(
                file: file, mark: inFile(Self.mark(of: parser.pointee.problem_offset, in: input)),
                reason: "\(detail): the text must be UTF-8 (or UTF-16) without control characters")
        }
        let mark = YAMLMark(parser.pointee.problem_mark)
        let offset = Self.offset(of: mark, in: input)
        let isTab = offset.map { input[$0] == UInt8(ascii: "\t") } ?? false
        let context = parser.pointee.context.map { String(cString: $0) }
        var reason = context.map { "\(detail) \($0)" } ?? detail
        if isTab { reason += " (a tab: YAML is indented with spaces)" }
        return YAMLError(file: file, mark: inFile(mark), reason: reason)
    }

    private func inFile(_ mark: YAMLMark) -> YAMLMark {
        YAMLMark(line: mark.line + linesBefore, column: mark.column)
    }

    private static func mark(of offset: Int, in bytes: UnsafeMutableBufferPointer<UInt8>) -> YAMLMark {
        var mark = YAMLMark()
        for byte in bytes.prefix(offset) {
            if byte == UInt8(ascii: "\n") {
                mark = YAMLMark(line: mark.line + 1, column: 1)
            } else if byte & 0xC0 != 0x80 {
                mark.column += 1
            }
        }
        return mark
    }

    private static func offset(of mark: YAMLMark, in bytes: UnsafeMutableBufferPointer<UInt8>) -> Int? {
        var place = YAMLMark()
        for (offset, byte) in bytes.enumerated() {
            if place == mark { return offset }
            if byte == UInt8(ascii: "\n") {
                place = YAMLMark(line: place.line + 1, column: 1)
            } else if byte & 0xC0 != 0x80 {
                place.column += 1
            }
        }
        return nil
    }
}

extension YAMLMark {
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(line: Int(clamping: mark.line) &+ 1, column: Int(clamping: mark.column) &+ 1)
    }
}

extension YAMLNode.Style {
    fileprivate init(_ style: yaml_scalar_style_t) {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: self = .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: self = .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: self = .literal
        case YAML_FOLDED_SCALAR_STYLE: self = .folded
        default: self = .plain
        }
    }
}
