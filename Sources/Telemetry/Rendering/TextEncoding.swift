/// How text is written where it stands: how often and in which way it is escaped.
enum TextEncoding: UInt8, Hashable {
    case json
    case xml
    /// XML inside of a JSON string.
    case xmlInJSON
    /// JSON inside of a JSON string.
    case jsonInJSON

    /// The encoding of text that is put, together with what surrounds it, into a JSON string.
    var insideJSON: TextEncoding? {
        switch self {
        case .json: .jsonInJSON
        case .xml: .xmlInJSON
        case .xmlInJSON, .jsonInJSON: nil
        }
    }
}

/// Ways to write the same text that a reader must undo, for planted events.
enum EscapeStyle: CaseIterable {
    /// Only what has to be escaped.
    case plain
    /// `-` as `\u002d` in JSON, `&#45;` in XML.
    case hyphens
    /// `/` as `\/`, and `-` with upper case digits: `\u002D`.
    case slashes
    /// The letters e and I as escapes.
    case letters
    /// All outside of ASCII as escapes, in UTF-16 pairs where needed.
    case nonASCII
    /// Every character as an escape.
    case everything
    /// As `hyphens`, in the innermost of nested layers.
    case innerHyphens
}

/// Appends the text as it stands in a JSON string.
func appendJSON(_ text: some Sequence<UInt8>, to output: inout [UInt8]) {
    for byte in text {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
        case 0x0A: output += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
        case 0x0D: output += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
        case 0x09: output += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
        case 0..<0x20: appendUnicodeEscape(UInt16(byte), uppercase: false, to: &output)
        default: output.append(byte)
        }
    }
}

/// Appends the text as it stands in XML between tags.
func appendXML(_ text: some Sequence<UInt8>, to output: inout [UInt8]) {
    for byte in text {
        switch byte {
        case UInt8(ascii: "&"): output += Array("&amp;".utf8)
        case UInt8(ascii: "<"): output += Array("&lt;".utf8)
        case UInt8(ascii: ">"): output += Array("&gt;".utf8)
        default: output.append(byte)
        }
    }
}

/// Appends the text in the encoding, escaped no more than needed.
func append(_ text: some Sequence<UInt8>, as encoding: TextEncoding, to output: inout [UInt8]) {
    switch encoding {
    case .json: appendJSON(text, to: &output)
    case .xml: appendXML(text, to: &output)
    case .xmlInJSON:
        var inner: [UInt8] = []
        appendXML(text, to: &inner)
        appendJSON(inner, to: &output)
    case .jsonInJSON:
        var inner: [UInt8] = []
        appendJSON(text, to: &inner)
        appendJSON(inner, to: &output)
    }
}

/// Appends the text in the encoding, with the escapes of the style.
func append(_ text: String, as encoding: TextEncoding, style: EscapeStyle, to output: inout [UInt8]) {
    var inner: [UInt8] = []
    switch (encoding, style) {
    case (_, .plain): append(text.utf8, as: encoding, to: &output)
    case (.json, _): appendJSON(text, style: style, to: &output)
    case (.xml, _): appendXML(text, style: style, to: &output)
    case (.xmlInJSON, .hyphens), (.xmlInJSON, .innerHyphens), (.xmlInJSON, .nonASCII):
        appendXML(text, style: style, to: &inner)
        appendJSON(inner, to: &output)
    case (.xmlInJSON, _):
        appendXML(text.utf8, to: &inner)
        appendJSON(String(decoding: inner, as: UTF8.self), style: style, to: &output)
    case (.jsonInJSON, .innerHyphens):
        appendJSON(text, style: .hyphens, to: &inner)
        appendJSON(inner, to: &output)
    case (.jsonInJSON, _):
        appendJSON(text.utf8, to: &inner)
        appendJSON(String(decoding: inner, as: UTF8.self), style: style, to: &output)
    }
}

private func appendJSON(_ text: String, style: EscapeStyle, to output: inout [UInt8]) {
    for scalar in text.unicodeScalars {
        let isEscaped =
            switch style {
            case .plain: false
            case .hyphens, .innerHyphens, .slashes: scalar == "-"
            case .letters: scalar == "e" || scalar == "I"
            case .nonASCII: !scalar.isASCII
            case .everything: true
            }
        if isEscaped {
            for unit in String(scalar).utf16 {
                appendUnicodeEscape(unit, uppercase: style == .slashes || style == .everything, to: &output)
            }
        } else if style == .slashes, scalar == "/" {
            output += [UInt8(ascii: "\\"), UInt8(ascii: "/")]
        } else {
            appendJSON(String(scalar).utf8, to: &output)
        }
    }
}

private func appendXML(_ text: String, style: EscapeStyle, to output: inout [UInt8]) {
    for scalar in text.unicodeScalars {
        if style == .nonASCII ? !scalar.isASCII : scalar == "-" {
            let digits = style == .nonASCII ? "x" + String(scalar.value, radix: 16) : String(scalar.value)
            output += Array("&#\(digits);".utf8)
        } else {
            appendXML(String(scalar).utf8, to: &output)
        }
    }
}

private func appendUnicodeEscape(_ unit: UInt16, uppercase: Bool, to output: inout [UInt8]) {
    let digits = String(unit, radix: 16, uppercase: uppercase)
    output += Array("\\u".utf8)
    output += repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count)
    output += Array(digits.utf8)
}
