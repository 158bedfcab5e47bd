import Testing

@testable import SPL
