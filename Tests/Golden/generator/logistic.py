"""Multinomial logistic regression, as scikit-learn solves it: `LogisticRegression` after `StandardScaler`.

Features follow the formula, with columns of other scales and means; one column is constant. The solutions are folded back:
kernel and bias for features as they are. scikit-learn fits one vector for two classes, whose C is twice the multinomial one.
"""

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from . import formula, golden_file

CASES = {
    "tall": dict(rows=200, columns=24, classes=5, regularizations=[0.01, 1.0, 100.0]),
    "wide": dict(rows=60, columns=200, classes=3, regularizations=[0.01, 1.0, 100.0]),
    "binary": dict(rows=80, columns=16, classes=2, regularizations=[0.1, 10.0]),
    "balanced": dict(rows=200, columns=24, classes=4, regularizations=[1.0], balanced=True),
}
FOLDS = 5
PATH = [1e-3, 1e-2, 1e-1, 1.0, 10.0]
CONSTANT_COLUMN = 3


def generate(folder):
    for name, case in CASES.items():
        features, labels = data(name, case)
        tensors = {}
        deviations = {}
        for regularization in case["regularizations"]:
            kernel, bias, probabilities = solve(features, labels, regularization, case, "lbfgs")
            other = solve(features, labels, regularization, case, "newton-cg")
            key = f"{regularization:g}"
            tensors |= {f"kernel/{key}": kernel, f"bias/{key}": bias, f"probabilities/{key}": probabilities}
            # How far two solvers of scikit-learn are from each other: what "the optimum" means there.
            deviations[key] = float(np.abs(probabilities - other[2]).max())
        golden_file.write(
            folder, name, tensors, features={"shape": list(features.shape), "constant_column": CONSTANT_COLUMN},
            labels=labels.tolist(), classes=case["classes"], regularizations=case["regularizations"],
            balanced=case.get("balanced", False), solver_deviation=deviations, scikit_learn=sklearn.__version__)
    cross_validation(folder)


def cross_validation(folder):
    """Mean log loss and accuracy of folds that are standardised together, for a path of C."""
    case = CASES["tall"]
    features, labels = data("tall", case)
    folds = np.arange(len(labels)) % FOLDS
    scaled = StandardScaler().fit_transform(features.astype(np.float64))
    losses = np.zeros((FOLDS, len(PATH)))
    accuracies = np.zeros((FOLDS, len(PATH)))
    for fold in range(FOLDS):
        held = folds == fold
        for index, regularization in enumerate(PATH):
            model = LogisticRegression(C=regularization, tol=1e-10, max_iter=100_000)
            probabilities = model.fit(scaled[~held], labels[~held]).predict_proba(scaled[held])
            wanted = labels[held]
            losses[fold, index] = -np.log(probabilities[np.arange(len(wanted)), wanted]).mean()
            accuracies[fold, index] = (probabilities.argmax(axis=1) == wanted).mean()
    golden_file.write(
        folder, "cross_validation", {"log_losses": losses, "accuracies": accuracies},
        features={"shape": list(features.shape), "constant_column": CONSTANT_COLUMN}, labels=labels.tolist(),
        classes=case["classes"], regularizations=PATH, balanced=False, folds=folds.tolist(),
        scikit_learn=sklearn.__version__)


def data(name, case):
    """Features, and labels that follow from them except for one in seven."""
    columns = case["columns"]
    plain = formula.tensor(f"logistic/{'tall' if name == 'balanced' else name}", (case["rows"], columns), "input")
    column = np.arange(columns)
    scale = np.exp2(column % 7 - 3).astype(np.float32)
    features = plain * scale + (column % 5 - 2).astype(np.float32)
    features[:, CONSTANT_COLUMN] = 1.5
    rule = formula.tensor(f"logistic/{name}/rule", (columns, case["classes"]), "input").astype(np.float64)
    labels = np.argmax(plain.astype(np.float64) @ rule, axis=1)
    if case.get("balanced"):
        # Classes of very different sizes.
        labels = np.where((labels > 0) & (np.arange(len(labels)) % 3 > 0), 0, labels)
    noisy = np.arange(len(labels)) % 7 == 0
    labels[noisy] = (labels[noisy] + 1) % case["classes"]
    return features, labels


def solve(features, labels, regularization, case, solver):
    scaler = StandardScaler()
    scaled = scaler.fit_transform(features.astype(np.float64))
    factor = 2 if case["classes"] == 2 else 1
    model = LogisticRegression(
        C=factor * regularization, tol=1e-10, max_iter=100_000, solver=solver,
        class_weight="balanced" if case.get("balanced") else None)
    model.fit(scaled, labels)
    weights, intercepts = model.coef_, model.intercept_
    if case["classes"] == 2:
        weights, intercepts = np.vstack([-weights, weights]) / 2, np.concatenate([-intercepts, intercepts]) / 2
    kernel = (weights / scaler.scale_).T
    bias = intercepts - intercepts.mean() - scaler.mean_ @ kernel
    return kernel, bias, model.predict_proba(scaled)
