extension UInt8 {
    /// The byte as two digits, in lower case.
    public var hexadecimalDigits: [UInt8] {
        [Self.digit(self >> 4), Self.digit(self & 0xF)]
    }

    private static func digit(_ half: UInt8) -> UInt8 {
        half < 10 ? UInt8(ascii: "0") + half : UInt8(ascii: "a") + half - 10
    }
}
