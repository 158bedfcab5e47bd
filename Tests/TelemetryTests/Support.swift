import CISAL
import CLZ4
import CZstd
import Foundation

@testable import Telemetry

/// A folder that is removed with its owner.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/telemetry-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
    }

    /// Every file's name and bytes.
    func contents() throws -> [String: [UInt8]] {
        try Dictionary(uniqueKeysWithValues: names.map { ($0, try bytes($0)) })
    }

    /// The objects of a JSON Lines file.
    func objects(_ name: String) throws -> [[String: Any]] {
        try bytes(name).split(separator: 0x0A).map { try object($0) }
    }
}

struct NotAnObject: Error {}

/// The line as an object, if it is JSON by the letter.
func object(_ line: some Sequence<UInt8>) throws -> [String: Any] {
    guard StrictJSON.accepts(line) else { throw NotAnObject() }
    guard let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] else { throw NotAnObject() }
    return object
}

/// Lines with the offset of each, newlines left out; the text must end with one.
func lines(_ bytes: [UInt8]) -> [(offset: Int, line: [UInt8])] {
    var result: [(Int, [UInt8])] = []
    var start = 0
    for (index, byte) in bytes.enumerated() where byte == 0x0A {
        result.append((start, Array(bytes[start..<index])))
        start = index + 1
    }
    return result
}

/// A decoder that is no part of the module: the libraries' one call for all of it, frame by frame.
enum Decoder {
    struct Damage: Error {}

    static func decode(_ bytes: [UInt8], _ compression: Compression) throws -> [UInt8] {
        switch compression {
        case .none: bytes
        case .zstd, .zstdFrames, .zstdSkippable, .zstdSeekable: try zstandard(bytes)
        case .lz4, .lz4Linked, .lz4Frames: try lz4(bytes)
        case .lz4Legacy: try lz4Legacy(bytes)
        case .gzip, .gzipMembers: try gzip(bytes)
        }
    }

    private static func zstandard(_ bytes: [UInt8]) throws -> [UInt8] {
        let stream = ZSTD_createDStream()
        defer { ZSTD_freeDStream(stream) }
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 17)
        try bytes.withUnsafeBytes { input in
            var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
            var code = 0
            while source.pos < source.size {
                try chunk.withUnsafeMutableBytes { output in
                    var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
                    code = ZSTD_decompressStream(stream, &target, &source)
                    guard ZSTD_isError(code) == 0 else { throw Damage() }
                    result += output[..<target.pos]
                }
            }
            guard code == 0 else { throw Damage() }
        }
        return result
    }

    private static func lz4(_ bytes: [UInt8]) throws -> [UInt8] {
        var context: OpaquePointer?
        LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))
        defer { LZ4F_freeDecompressionContext(context) }
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        var offset = 0
        var hint = 1
        while offset < bytes.count {
            var taken = bytes.count - offset
            var made = chunk.count
            hint = bytes[offset...].withUnsafeBytes {
                LZ4F_decompress(context, &chunk, &made, $0.baseAddress, &taken, nil)
            }
            guard LZ4F_isError(hint) == 0, taken > 0 || made > 0 else { throw Damage() }
            result += chunk[..<made]
            offset += taken
        }
        guard hint == 0 else { throw Damage() }
        return result
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private static func lz4Legacy(_ bytes: [UInt8]) throws -> [UInt8] {
        guard number(bytes[...]) == 0x184C_2102 else { throw Damage() }
        var result: [UInt8] = []
        var rest = bytes.dropFirst(4)
        var block = [CChar](repeating: 0, count: 8 << 20)
        while !rest.isEmpty {
            let length = number(rest)
            let body = Array(rest.dropFirst(4).prefix(length)).map { CChar(bitPattern: $0) }
            let count = LZ4_decompress_safe(body, &block, Int32(body.count), Int32(block.count))
            guard count > 0, rest.count == 4 + length || count == block.count else { throw Damage() }
            result += block[..<Int(count)].map { UInt8(bitPattern: $0) }
            rest = rest.dropFirst(4 + length)
        }
        return result
    }

    private static func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
        let state = UnsafeMutablePointer<inflate_state>.allocate(capacity: 1)
        defer { state.deallocate() }
        var input = bytes
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 17)
        try input.withUnsafeMutableBufferPointer { input in
            var offset = 0
            while offset < input.count {
                isal_inflate_init(state)
                state.pointee.crc_flag = UInt32(ISAL_GZIP)
                state.pointee.next_in = input.baseAddress.map { $0 + offset }
                state.pointee.avail_in = UInt32(input.count - offset)
                repeat {
                    try chunk.withUnsafeMutableBufferPointer { output in
                        state.pointee.next_out = output.baseAddress
                        state.pointee.avail_out = UInt32(output.count)
                        let code = isal_inflate(state)
                        let made = output.count - Int(state.pointee.avail_out)
                        guard code == ISAL_DECOMP_OK, made > 0 || state.pointee.block_state == ISAL_BLOCK_FINISH else {
                            throw Damage()
                        }
                        result += output[..<made]
                    }
                } while state.pointee.block_state != ISAL_BLOCK_FINISH
                offset = input.count - Int(state.pointee.avail_in)
            }
        }
        return result
    }
}

extension GenerationOptions {
    /// Small archives with plants of all kinds.
    static func small(_ change: (inout GenerationOptions) -> Void = { _ in }) -> GenerationOptions {
        var options = GenerationOptions()
        options.size = .bytes(400_000)
        options.findings = 80
        options.nearMisses = 100
        options.malformedLines = 24
        options.blankLines = 8
        change(&options)
        return options
    }
}
