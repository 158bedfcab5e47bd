import CLZ4

/// One LZ4 frame, written as its content comes: independent blocks and a checksum of the content, or linked blocks with a
/// checksum of each.
final class LZ4Stream: Compressor {
    private let context: OpaquePointer
    private var preferences = LZ4F_preferences_t()
    private var hasBegun = false

    init(isLinked: Bool) throws(CompressionFailure) {
        var context: OpaquePointer?
        let result = LZ4F_createCompressionContext(&context, UInt32(LZ4F_VERSION))
        guard LZ4F_isError(result) == 0, let context else {
            throw CompressionFailure(library: "liblz4", reason: String(cString: LZ4F_getErrorName(result)))
        }
        self.context = context
        preferences.frameInfo.blockMode = isLinked ? LZ4F_blockLinked : LZ4F_blockIndependent
        preferences.frameInfo.blockSizeID = isLinked ? LZ4F_max256KB : LZ4F_max4MB
        preferences.frameInfo.contentChecksumFlag = isLinked ? LZ4F_noContentChecksum : LZ4F_contentChecksumEnabled
        preferences.frameInfo.blockChecksumFlag = isLinked ? LZ4F_blockChecksumEnabled : LZ4F_noBlockChecksum
    }

    deinit { LZ4F_freeCompressionContext(context) }

    func compress(_ input: [UInt8]) throws(CompressionFailure) -> [UInt8] {
        let begins = !hasBegun
        hasBegun = true
        return try produce(LZ4F_compressBound(input.count, &preferences) + Self.headerRoom) { output, capacity in
            // SAFETY: the output has room for a header and the bound that the library gives for the input.
            var length = 0
            if begins {
                length = LZ4F_compressBegin(context, output, capacity, &preferences)
                if LZ4F_isError(length) != 0 { return length }
            }
            return input.withUnsafeBytes { bytes in
                let result = LZ4F_compressUpdate(
                    context, output + length, capacity - length, bytes.baseAddress, bytes.count, nil)
                return LZ4F_isError(result) != 0 ? result : length + result
            }
        }
    }

    func finish() throws(CompressionFailure) -> [UInt8] {
        let beginning = hasBegun ? [] : try compress([])
        return try beginning
            + produce(LZ4F_compressBound(0, &preferences) + Self.headerRoom) { output, capacity in
                // SAFETY: the bound for no input covers what the library kept back and the end of the frame.
                LZ4F_compressEnd(context, output, capacity, nil)
            }
    }

    /// More than the largest header of a frame.
    private static let headerRoom = 64

    private func produce(
        _ capacity: Int, _ body: (UnsafeMutableRawPointer, Int) -> Int
    ) throws(CompressionFailure) -> [UInt8] {
        var result = 0
        let output = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            result = body(UnsafeMutableRawPointer(start), capacity)
            count = LZ4F_isError(result) == 0 ? result : 0
        }
        guard LZ4F_isError(result) == 0 else {
            throw CompressionFailure(library: "liblz4", reason: String(cString: LZ4F_getErrorName(result)))
        }
        return output
    }
}

/// The format of LZ4's first tool: a magic number, then blocks of 8 MiB (the last one shorter), each behind its length.
final class LZ4LegacyStream: Compressor {
    private static let blockLength = 8 << 20
    private var pending: [UInt8] = []
    private var hasBegun = false

    func compress(_ input: [UInt8]) throws(CompressionFailure) -> [UInt8] {
        var output = beginning()
        var rest = input[...]
        while !rest.isEmpty {
            let part = rest.prefix(Self.blockLength - pending.count)
            pending += part
            rest = rest.dropFirst(part.count)
            if pending.count == Self.blockLength { output += try block() }
        }
        return output
    }

    func finish() throws(CompressionFailure) -> [UInt8] {
        try beginning() + (pending.isEmpty ? [] : block())
    }

    private func beginning() -> [UInt8] {
        defer { hasBegun = true }
        return hasBegun ? [] : SkippableFrame.bytes(of: 0x184C_2102)
    }

    private func block() throws(CompressionFailure) -> [UInt8] {
        let bound = LZ4_compressBound(Int32(pending.count))
        var result: Int32 = 0
        let compressed = [UInt8](unsafeUninitializedCapacity: Int(bound)) { buffer, count in
            pending.withUnsafeBufferPointer { bytes in
                // SAFETY: the output has the bound that the library gives for the input; both outlive the call.
                result = bytes.withMemoryRebound(to: CChar.self) { source in
                    buffer.withMemoryRebound(to: CChar.self) { destination in
                        LZ4_compress_default(source.baseAddress, destination.baseAddress, Int32(source.count), bound)
                    }
                }
            }
            count = max(0, Int(result))
        }
        guard result > 0 else { throw CompressionFailure(library: "liblz4", reason: "a block could not be compressed") }
        pending.removeAll(keepingCapacity: true)
        return SkippableFrame.bytes(of: UInt32(compressed.count)) + compressed
    }
}
