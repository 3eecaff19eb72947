# Graft's commands. `make` alone lists them.

SWIFT ?= swift
# A target may import only what it declares: arrows between modules point down (see ARCHITECTURE.md).
BUILD_FLAGS ?= --explicit-target-dependency-import-check error

.DEFAULT_GOAL := help
# A Python with what Tests/Golden/requirements.txt pins.
PYTHON ?= python3

.PHONY: help bootstrap assets build test fuzz fidelity demo example bench bench-peers interop interop-onnx test-tensorflow format lint docs clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

bootstrap: ## Install what is missing (scripts/bootstrap --check only looks)
	@scripts/bootstrap

assets: bootstrap ## Fetch the sample photos and the pre-trained weights into the cache folder
	@scripts/fetch-assets

build: bootstrap ## Build in release mode
	$(SWIFT) build -c release $(BUILD_FLAGS)

demo: build assets ## Train, evaluate and predict on the sample photos
	@scripts/demo

example: build ## Pre-train on half of Fashion-MNIST, transfer to the other half (Examples/FashionTransfer)
	@scripts/fetch-assets fashion-mnist
	.build/release/fashion-transfer

test: bootstrap assets ## Build and run all tests
	$(SWIFT) build --build-tests $(BUILD_FLAGS)
	$(SWIFT) test --skip-build

# How long each reader is fed, which one, and what the inputs follow from.
SECONDS ?= 60
TARGET ?= all
SEED ?= 1

# Readers count their branches here, so that inputs that reach new ones are kept, in .build/fuzz/pool.
fuzz: bootstrap ## Feed damaged files to Graft's readers (SECONDS=60 for each, TARGET=all, SEED=1); Tests/Fuzz
	$(SWIFT) build --build-path .build/fuzz --product graft-fuzz -Xswiftc -Xfrontend -Xswiftc -sanitize=fuzzer
	$$($(SWIFT) build --build-path .build/fuzz --show-bin-path)/graft-fuzz --seconds $(SECONDS) --target $(TARGET) \
	  --seed $(SEED) --pool .build/fuzz/pool

bench: build ## Measure Graft alone: layers, pictures, heads
	@python3 Benchmarks/micro.py

bench-peers: build assets ## Measure Graft beside Keras, PyTorch, ONNX Runtime and OpenVINO; write Benchmarks/RESULTS.md
	@python3 Benchmarks/peers/run.py --write

fidelity: bootstrap ## Hold every network of the zoo against Keras and torch (PYTHON=… with Tests/Golden/requirements.txt; two hours)
	$(SWIFT) build -c release --product zoo-fidelity
	$(PYTHON) Tests/Fidelity/fidelity.py .build/release/zoo-fidelity --output Tests/Fidelity/RESULTS.md
	$(PYTHON) Tests/Fidelity/torch_fidelity.py .build/release/zoo-fidelity --output Tests/Fidelity/TORCH.md
	python3 Tests/Fidelity/article.py

interop: build assets ## Open exported models in Keras, TensorFlow, ONNX Runtime, LiteRT, safetensors and NumPy, and compare
	@python3 Tests/Interop/run.py --output Tests/Interop/RESULTS.md
	@python3 Tests/Fidelity/article.py

interop-onnx: build ## Read networks of torchvision, timm and Keras from ONNX, and compare them with ONNX Runtime
	@python3 Tests/Interop/run.py onnx_bases.py .build/release/graft

test-tensorflow: assets ## Build with the package trait TensorFlow, run its tests, compare features (PYTHON=… with Keras)
	@scripts/bootstrap --with-tensorflow
	$(SWIFT) build --traits TensorFlow --scratch-path .build-tensorflow --build-tests
	$(SWIFT) test --traits TensorFlow --scratch-path .build-tensorflow --skip-build --filter "TensorFlowModelTests|SavedModelTests"
	$(PYTHON) Tests/Interop/saved_model_bases.py .build-tensorflow/debug/graft

format: ## Format the Swift code in place
	$(SWIFT) format --in-place --parallel --recursive Package.swift Sources Tests Examples

lint: ## Check format, scripts and the house's rules; change nothing
	@scripts/lint

docs: bootstrap ## Build the reference documentation into docs-out/
	@scripts/docs

clean: ## Remove what was built; the cache folder stays
	$(SWIFT) package clean
	rm -rf docs-out .build-tensorflow
